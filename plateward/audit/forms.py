"""The filters of the log."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone

from plateward.audit.events import Event
from plateward.audit.models import AuditEntry

FEW = 500  # entries


class LogDayField(forms.DateField):
    """A day that can have a log; the maximum leaves room for the day after it."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_validators = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class LogFilters(forms.Form):
    """All optional; days are in the site's time zone, both included. A form of its own, without
    django-filter: it reads the log by its index, newest first, and counts nothing."""

    event = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((event.value, event.label) for event in Event)]
    )
    who = forms.CharField(required=False, max_length=100, label="Account or device")
    outcome = forms.ChoiceField(
        required=False, choices=[("", "Any"), ("done", "Done"), ("refused", "Refused"), ("failed", "Failed")]
    )
    since = LogDayField(required=False, label="From")
    until = LogDayField(required=False, label="To")

    def criteria(self) -> dict[str, Any]:
        """The filters that were filled in correctly."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def entries(self, before: int, most: int) -> list[AuditEntry]:
        """The newest entries that pass, older than the entry `before` if there is one of this number.

        Finds their numbers first, in an index alone; it counts nothing and reads no earlier pages. If only a FEW have
        one of several values, it looks among these: the database may not know how few they are.
        """
        numbers, wanted = self._in_time(before), self._wanted()
        for column, value in wanted.items() if len(wanted) > 1 else ():
            few = list(numbers.filter(**{column: value}).values_list("sequence", *wanted)[:FEW])
            if len(few) < FEW:
                chosen = [number for number, *values in few if values == list(wanted.values())][:most]
                break
        else:
            chosen = list(numbers.filter(**wanted).values_list("sequence", flat=True)[:most])
        entries = AuditEntry.objects.in_bulk(chosen)
        return [entries[number] for number in chosen]

    def _wanted(self) -> dict[str, Any]:
        """The columns whose values the filters give."""
        criteria = self.criteria()
        columns = {"event": "event", "who": "actor_id", "outcome": "outcome"}
        return {column: criteria[name] for name, column in columns.items() if name in criteria}

    def _in_time(self, before: int) -> QuerySet[AuditEntry]:
        criteria = self.criteria()
        entries = AuditEntry.objects.order_by("-at", "-sequence")
        if last := AuditEntry.objects.filter(pk=before).first():
            entries = entries.filter(at__lte=last.at).exclude(at=last.at, sequence__gte=last.sequence)
        if "since" in criteria:
            entries = entries.filter(at__gte=_start_of(criteria["since"]))
        if "until" in criteria:
            entries = entries.filter(at__lt=_start_of(criteria["until"] + timedelta(days=1)))
        return entries


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
