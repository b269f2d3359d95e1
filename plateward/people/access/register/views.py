"""The register on a page, with its moment and filters, and as a file."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.people.access.register.rows import (
    OBJECT,
    ExportFormat,
    RegisterRow,
    export_register,
    register_rows,
)
from plateward.people.http import actor_of
from plateward.people.models import Unit
from plateward.people.permissions import Role
from plateward.people.person_fields import PastField


class RegisterFilters(forms.Form):
    """All optional: no time means now. A form of its own, without django-filter: its rows are computed as of a moment
    and are in no table."""

    at = PastField(required=False, label="As of")
    q = forms.CharField(required=False, max_length=100, label="Name, account or badge")
    role = forms.ChoiceField(required=False, choices=[("", "Any"), *Role.choices()])
    unit = forms.ModelChoiceField(
        Unit.objects, required=False, empty_label="Any", to_field_name="name", label="Unit"
    )
    standing = forms.ChoiceField(
        required=False,
        label="Could work",
        choices=[
            ("", "Any"),
            ("yes", "Authorized"),
            ("no", "Not authorized"),
            ("emergency", "Emergency access"),
        ],
    )

    @property
    def moment(self) -> datetime:
        """Of a valid form."""
        return self.cleaned_data["at"] or clock.now()

    @property
    def local(self) -> datetime:
        """The moment on the agency's clocks."""
        return self.moment.astimezone(ZoneInfo(settings.TIME_ZONE))

    def passing(self, rows: Iterable[RegisterRow]) -> list[RegisterRow]:
        criteria = self.cleaned_data
        words = criteria["q"].casefold().split()
        return [
            row
            for row in rows
            if all(word in f"{row.name} {row.username} {row.badge}".casefold() for word in words)
            and criteria["role"] in ("", row.role)
            and (not criteria["unit"] or criteria["unit"].name == row.unit)
            and {
                "": True,
                "yes": row.authorized,
                "no": not row.authorized,
                "emergency": row.emergency,
            }[criteria["standing"]]
        ]


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
    return HttpResponse(content, **saved_as(f"access-as-of-{filters.local:%Y-%m-%dT%H%M%S}", kind.value))
