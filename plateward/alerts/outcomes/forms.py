"""Forms of the outcomes page; each of its rows has its own."""

from django import forms

from plateward.pages.fields import TextField

PERIODS = {"30": "30 days", "90": "90 days", "365": "A year"}


class PeriodForm(forms.Form):
    """How far back to look."""

    days = forms.ChoiceField(label="Period", choices=list(PERIODS.items()))


class MuteReviewForm(forms.Form):
    """The finding about a muted camera or list."""

    finding = TextField("Finding and action taken", 2000)
    rings_again = forms.ChoiceField(
        label="Its alarm",
        choices=[("yes", "Turn on again"), ("no", "Keep withheld")],
        widget=forms.RadioSelect,
    )


class FloorForm(forms.Form):
    """The percentage below which a source is muted."""

    floor = forms.IntegerField(label="Floor in percent (0: never withheld)", min_value=0, max_value=99)
