"""With whom, why and for how long an alert is shared."""

from django import forms

from plateward.alerts.sharing.rules import DURATIONS
from plateward.pages.fields import TextField
from plateward.people.colleague_field import ColleagueField
from plateward.people.permissions import Permission


class ShareForm(forms.Form):
    """One colleague, by their account."""

    to = ColleagueField(Permission.ALERT_VIEW, "This account does not have alert duties.")
    purpose = TextField(
        "Purpose", 1000, rows=2, help_text="What your colleague needs it for, and in which case."
    )
    days = forms.TypedChoiceField(label="For", choices=list(DURATIONS.items()), coerce=int)
