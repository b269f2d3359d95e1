"""The register on a page, as of any moment, and as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.lists import page_of
from plateward.people.access.register.forms import RegisterFilters
from plateward.people.access.register.rows import OBJECT, ExportFormat, export_register, register_rows
from plateward.people.http import actor_of

CONTENT_TYPES = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.JSON: "application/json"}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Who had access at the requested moment."""
    form = RegisterFilters(request.GET)
    if not form.is_valid():
        return render(request, "access/register.html", {"form": form}, status=422)
    record(actor_of(request), Event.ACCESS_VIEW, OBJECT, as_of=form.local.isoformat())
    rows = form.passing(register_rows(form.moment))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "moment": form.moment,
        "query": query.urlencode(),
        "page": page_of(request, rows, 100),
        "authorized": sum(row.authorized for row in rows),
    }
    return render(request, "access/register.html", context)


@require_GET
def download_register(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file: `csv` or `json`."""
    if form not in list(ExportFormat):
        raise Http404(form)
    filters, kind = RegisterFilters(request.GET), ExportFormat(form)
    if not filters.is_valid():
        return render(request, "access/register.html", {"form": filters}, status=422)
    content = export_register(
        actor_of(request), filters.passing(register_rows(filters.moment)), filters.moment, kind
    )
    name = f"access-as-of-{filters.local:%Y-%m-%dT%H%M%S}.{kind.value}"
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
