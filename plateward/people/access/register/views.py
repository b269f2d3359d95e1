"""The register on a page, as of any moment, and as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.lists import page_of
from plateward.people.access.register.export import OBJECT, Form, export
from plateward.people.access.register.forms import AsOf
from plateward.people.access.register.held import held
from plateward.people.http import who_is

TYPES = {Form.CSV: "text/csv; charset=utf-8", Form.JSON: "application/json"}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Who had access at the moment that is asked for."""
    form = AsOf(request.GET)
    if not form.is_valid():
        return render(request, "access/register.html", {"form": form}, status=422)
    record(who_is(request), Event.ACCESS_VIEW, OBJECT, as_of=form.local.isoformat())
    rows = form.passing(held(form.moment))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "moment": form.moment,
        "query": query.urlencode(),
        "page": page_of(request, rows, 100),
        "authorized": sum(one.authorized for one in rows),
    }
    return render(request, "access/register.html", context)


@require_GET
def download(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file: `csv` or `json`."""
    if form not in list(Form):
        raise Http404(form)
    asked, kind = AsOf(request.GET), Form(form)
    if not asked.is_valid():
        return render(request, "access/register.html", {"form": asked}, status=422)
    content = export(who_is(request), asked.passing(held(asked.moment)), asked.moment, kind)
    name = f"access-as-of-{asked.local:%Y-%m-%dT%H%M%S}.{kind.value}"
    return HttpResponse(
        content, content_type=TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
