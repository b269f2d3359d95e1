"""What to look for on the log."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone

from plateward.audit.events import Event
from plateward.audit.models import Entry


class Day(forms.DateField):
    """A day of which there can be a log; the day after the last of all days would be none."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_validators = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class Filters(forms.Form):
    """All optional; days are of the site's time zone, both included."""

    event = forms.ChoiceField(required=False, choices=[("", "Any"), *((e.value, e.value) for e in Event)])
    who = forms.CharField(required=False, max_length=100, label="Who (account, device or program)")
    outcome = forms.ChoiceField(
        required=False, choices=[("", "Any"), ("done", "Done"), ("refused", "Refused"), ("failed", "Failed")]
    )
    since = Day(required=False, label="From")
    until = Day(required=False, label="To")

    def asked(self) -> dict[str, Any]:
        """The filters that were filled in; those that were filled in wrongly are none."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def entries(self) -> QuerySet[Entry]:
        """The entries that pass, newest first."""
        asked = self.asked()
        found = Entry.objects.order_by("-sequence")
        for name, column in (("event", "event"), ("who", "who_id"), ("outcome", "outcome")):
            if name in asked:
                found = found.filter(**{column: asked[name]})
        if "since" in asked:
            found = found.filter(at__gte=_midnight(asked["since"]))
        if "until" in asked:
            found = found.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
