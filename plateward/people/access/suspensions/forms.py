"""The forms to suspend a person's access, or to restore it."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator


class LeaveDayField(forms.DateField):
    """A day of the agency's calendar."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_validators = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Reason", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class LeaveForm(ReasonForm):
    """From when to when, and why."""

    first = LeaveDayField(label="First day")
    last = LeaveDayField(label="Last day", help_text="Access comes back by itself when this day is over.")
    field_order = ["first", "last", "reason"]
