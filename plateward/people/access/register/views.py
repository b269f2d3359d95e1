"""The register on a page, with its moment and filters, and as a file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.fields import DayField
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.people.access.register.rows import (
    OBJECT,
    ExportFormat,
    RegisterRow,
    export_register,
    register_rows,
)
from plateward.people.access.register.times import AmbiguousTime, NotATime, parse_time, time_text
from plateward.people.http import actor_of
from plateward.people.models import Unit
from plateward.people.permissions import Role

CONTENT_TYPES = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.JSON: "application/json"}


class RegisterFilters(forms.Form):
    """All optional: no day means now. For a time that came twice the form asks which one. A form of its own,
    without django-filter: its rows are computed as of a moment and are in no table."""

    day = DayField(required=False, label="As of the end of")
    time = forms.TimeField(
        required=False, label="or at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    which = forms.ChoiceField(required=False, label="First or second")
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

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.moment = clock.now()
        words = zip(self._both_times(), ("first", "second"), strict=False)
        choices = [(f"{moment:%z}", f"{moment:%H:%M %Z} ({word})") for moment, word in words]
        if choices:
            self.fields["which"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields["which"]

    def _both_times(self) -> tuple[datetime, ...]:
        """The two moments that were meant, if the time came twice."""
        try:
            day, at = (self.fields[name].clean(self.data.get(name)) for name in ("day", "time"))
            if day and at:
                parse_time(time_text(day, at))
        except AmbiguousTime as twice:
            return twice.both
        except (NotATime, forms.ValidationError):
            pass
        return ()

    def clean(self) -> dict[str, Any]:
        """Make `moment` from the input."""
        given = super().clean() or {}
        day, at = given.get("day"), given.get("time")
        if at and not day and "day" not in self.errors:
            self.add_error("day", "Enter the day too.")
        elif day and "time" not in self.errors:
            try:
                self.moment = parse_time(time_text(day, at, given.get("which", "")))
            except AmbiguousTime:
                self.add_error("which", "The clocks were set back: this time occurred twice.")
            except NotATime as wrong:
                self.add_error("day", str(wrong))
        return given

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
    name = f"access-as-of-{filters.local:%Y-%m-%dT%H%M%S}.{kind.value}"
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
