"""The filters of the log."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone

from plateward.audit.events import Event
from plateward.audit.models import AuditEntry


class LogDayField(forms.DateField):
    """A day that can have a log; the maximum leaves room for the day after it."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_validators = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class LogFilters(forms.Form):
    """All optional; days are in the site's time zone, both included. A form of its own, without
    django-filter: it reads the log by its index, newest first, and counts nothing."""

    event = forms.ChoiceField(required=False, choices=[("", "Any"), *((e.value, e.value) for e in Event)])
    who = forms.CharField(required=False, max_length=100, label="Who (account, device or program)")
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

        Finds their numbers first, in an index alone; it counts nothing and reads no earlier pages.
        """
        numbers = self._passing()
        if last := AuditEntry.objects.filter(pk=before).first():
            numbers = numbers.filter(at__lte=last.at).exclude(at=last.at, sequence__gte=last.sequence)
        chosen = list(numbers.values_list("sequence", flat=True)[:most])
        entries = AuditEntry.objects.in_bulk(chosen)
        return [entries[number] for number in chosen]

    def _passing(self) -> QuerySet[AuditEntry]:
        criteria = self.criteria()
        entries = AuditEntry.objects.order_by("-at", "-sequence")
        for name, column in (("event", "event"), ("who", "actor_id"), ("outcome", "outcome")):
            if name in criteria:
                entries = entries.filter(**{column: criteria[name]})
        if "since" in criteria:
            entries = entries.filter(at__gte=_start_of(criteria["since"]))
        if "until" in criteria:
            entries = entries.filter(at__lt=_start_of(criteria["until"] + timedelta(days=1)))
        return entries


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
