"""With whom, why and for how long an alert is shared."""

from django import forms

from plateward.alerts.sharing.rules import DURATIONS
from plateward.people.colleague_field import ColleagueField
from plateward.people.permissions import Permission


class ShareForm(forms.Form):
    """One colleague, by their account."""

    to = ColleagueField(Permission.ALERT_VIEW, "This account does not have alert duties.")
    purpose = forms.CharField(
        label="Purpose",
        help_text="What your colleague needs it for, and in which case.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    days = forms.TypedChoiceField(label="For", choices=list(DURATIONS.items()), coerce=int)
