"""With whom, why and until when a read is shared."""

from datetime import datetime, timedelta

from django import forms

from plateward.alerts.sharing.rules import LONGEST
from plateward.pages.fields import DayField
from plateward.people import days
from plateward.people.permissions import Permission
from plateward.people.person_fields import ColleagueField


class ReadShareForm(forms.Form):
    """One colleague, by their account."""

    to = ColleagueField(
        Permission.IMAGE_VIEW,
        "This account does not have duties with reads.",
        help_text="The username. This person sees this read, and no other result of your search.",
    )
    purpose = forms.CharField(
        label="Purpose",
        help_text="What your colleague is to do with it, and in which case.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    until = DayField(label="Last day", help_text=f"At most {LONGEST.days} days; it ends automatically.")

    @property
    def ends_at(self) -> datetime:
        """The end of the last day."""
        return days.start_of(self.cleaned_data["until"] + timedelta(days=1))
