"""With whom, why and until when a read is shared."""

from datetime import datetime, timedelta

from django import forms

from plateward.pages.fields import DayField
from plateward.people import days
from plateward.people.models import Person
from plateward.people.permissions import ROLE_PERMISSIONS, Permission
from plateward.searches.sharing.rules import LONGEST

VIEWER_ROLES = [role for role, may in ROLE_PERMISSIONS.items() if Permission.IMAGE_VIEW in may]


class ReadShareForm(forms.Form):
    """One colleague, by their account."""

    to = forms.CharField(
        label="Your colleague's account",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    purpose = forms.CharField(
        label="Purpose",
        help_text="What your colleague is to do with it, and in which case.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    until = DayField(label="Last day", help_text=f"At most {LONGEST.days} days; it ends by itself.")

    def clean_to(self) -> Person:
        """Somebody whose duties include reads."""
        name = str(self.cleaned_data["to"]).strip().lower()
        person = Person.objects.filter(username=name, role__in=VIEWER_ROLES).first()
        if person is None:
            raise forms.ValidationError("Nobody whose duties include reads has this account.")
        return person

    @property
    def ends_at(self) -> datetime:
        """The end of the last day."""
        return days.start_of(self.cleaned_data["until"] + timedelta(days=1))
