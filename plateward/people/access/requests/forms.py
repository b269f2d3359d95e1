"""The forms to request access, for an existing person or for a newcomer."""

from typing import Any

from django import forms

from plateward.pages.fields import LongTextField
from plateward.people.access.actions import RequestedAccess
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role

LEADERS = (Role.SUPERVISOR, Role.CHIEF, Role.ADMINISTRATOR)


class PersonField(forms.CharField):
    """A person, by username."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=32, widget=forms.TextInput(attrs={"autocomplete": "off"}), **more)

    def clean(self, value: Any) -> Person:
        username = super().clean(value)
        person = Person.objects.filter(username=str(username).lower()).first()
        if person is None:
            raise forms.ValidationError(f"There is no account '{username}'.")
        return person


class AccessForm(forms.Form):
    role = forms.ChoiceField(
        label="Role",
        choices=[("", "Choose"), *((role_choice.value, role_choice.label) for role_choice in Role)],
        help_text="What the person may do. Permissions has what each role allows.",
    )
    unit = forms.CharField(
        label="Unit",
        max_length=40,
        required=False,
        help_text="An existing unit's name, or a new one.",
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    supervisor = forms.ModelChoiceField(
        label="Supervisor",
        queryset=Person.objects.filter(role__in=LEADERS),
        required=False,
        empty_label="None",
        help_text="Who reviews this person's requests and dispositions. The chain of command goes up from there.",
    )
    reason = LongTextField(
        3,
        label="Duties that need it",
        max_length=400,
        help_text="The approver decides by this, and the yearly review looks at it again.",
    )
    hours = forms.IntegerField(
        label="Emergency access: for how many hours",
        help_text="At most 72 from approval. Leave blank for standing access.",
        required=False,
    )

    @property
    def requested_access(self) -> RequestedAccess:
        given = self.cleaned_data
        return RequestedAccess(
            Role(given["role"]), given["reason"], given["unit"], given["supervisor"], given.get("hours")
        )

    @staticmethod
    def units() -> list[str]:
        return list(Unit.objects.values_list("name", flat=True))


class RequestAccessForm(AccessForm):
    """Access, or a transfer, of a person who has an account."""

    person = PersonField(
        label="Username", help_text="The account that gets the access, or moves to another role or unit."
    )
    field_order = ["person"]


class NewPersonForm(AccessForm):
    username = forms.CharField(label="Username", max_length=32, help_text="For log-in; never reused.")
    full_name = forms.CharField(
        label="Full name", max_length=100, help_text="As on pages, alerts and the audit log."
    )
    badge = forms.CharField(
        label="Badge or personnel number",
        max_length=20,
        help_text="Tells people of one name apart. No two people share one.",
    )
    rank = forms.CharField(
        label="Rank",
        max_length=40,
        required=False,
        help_text="Before the name, as in Sergeant. Blank for those without.",
    )
    agency = forms.CharField(
        label="Agency (ORI)",
        max_length=9,
        required=False,
        help_text="Only for another agency; blank for ours.",
    )
    sworn = forms.BooleanField(
        label="Sworn officer",
        required=False,
        help_text="Required for the role Officer or agent (clause 6.c.i.2).",
    )
    field_order = ["username", "full_name", "badge", "rank", "agency", "sworn"]

    @property
    def account(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.field_order or ()}


class DecideRequestForm(forms.Form):
    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("deny", "Deny")])
    reason = forms.CharField(
        label="Reason",
        max_length=400,
        required=False,
        help_text="Needed if you deny it. The requester reads it.",
    )
