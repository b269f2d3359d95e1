"""With whom, why and for how long an alert is shared."""

from django import forms

from plateward.alerts.sharing.rules import DURATIONS
from plateward.people.models import Person
from plateward.people.permissions import ROLE_PERMISSIONS, Permission

VIEWER_ROLES = [role for role, may in ROLE_PERMISSIONS.items() if Permission.ALERT_VIEW in may]


class ShareForm(forms.Form):
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
        help_text="What your colleague needs it for, and in which case.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    days = forms.TypedChoiceField(label="For", choices=list(DURATIONS.items()), coerce=int)

    def clean_to(self) -> Person:
        """Somebody whose duties include alerts."""
        name = str(self.cleaned_data["to"]).strip().lower()
        person = Person.objects.filter(username=name, role__in=VIEWER_ROLES).first()
        if person is None:
            raise forms.ValidationError("This account does not have alert duties.")
        return person
