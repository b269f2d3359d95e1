"""What is said of outcomes; each row of the page has its own forms."""

from django import forms

PERIODS = {"30": "30 days", "90": "90 days", "365": "A year"}


class PeriodForm(forms.Form):
    """How far back is looked."""

    days = forms.ChoiceField(label="Period", choices=list(PERIODS.items()))


class MuteReviewForm(forms.Form):
    """What was found of a camera or list whose alarm is withheld."""

    finding = forms.CharField(
        label="What you found, and what was done",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rings_again = forms.ChoiceField(
        label="Its alarm",
        choices=[("yes", "Rings again from now on"), ("no", "Stays withheld")],
        widget=forms.RadioSelect,
    )


class FloorForm(forms.Form):
    """Below how many percent an alarm is withheld."""

    floor = forms.IntegerField(label="Floor in percent (0: never withheld)", min_value=0, max_value=99)
