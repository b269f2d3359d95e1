"""Fields of forms in several rooms."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

EARLIEST_DATE = date(1970, 1, 1)  # an earlier date is a typo
LATEST_DATE = date(2999, 12, 31)  # leaves room for the day after it


class LongTextField(forms.CharField):
    """A text of several lines; `rows`: how many are open at first."""

    def __init__(self, rows: int, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)


class DayField(forms.DateField):
    """A calendar day, chosen in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [MinValueValidator(EARLIEST_DATE), MaxValueValidator(LATEST_DATE)]


class MinuteInput(forms.DateTimeInput):
    """A date and time to the minute, in the form browsers use."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MinuteField(forms.DateTimeField):
    """A date and time in the agency's zone, to the minute."""

    widget = MinuteInput
