"""The form to declare an absence."""

from datetime import datetime, timedelta

from django import forms

from plateward import clock
from plateward.people import days


class Day(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AbsenceForm(forms.Form):
    """The first and last day of an absence."""

    first = forms.DateField(label="First day", widget=Day, initial=days.today)
    last = forms.DateField(label="Last day", widget=Day)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the start of the first day, or from now, to the end of the last."""
        given = self.cleaned_data
        return max(days.start_of(given["first"]), clock.now()), days.start_of(
            given["last"] + timedelta(days=1)
        )
