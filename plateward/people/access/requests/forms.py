"""The forms to request access, for an existing person or for a newcomer."""

from typing import Any

from django import forms

from plateward.core.pages.fields import LongTextField
from plateward.core.pages.lists import Filters, Words
from plateward.people.access.actions import RequestedAccess
from plateward.people.models import Person, Unit
from plateward.people.permissions import LEADERS, Role
from plateward.people.person_fields import BadgeOrUsernameField, EmploymentFields


class AccessForm(forms.Form):
    role = forms.ChoiceField(
        label="Role",
        choices=[("", "Choose"), *Role.choices()],
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
        help_text="The approver decides based on this. The yearly review checks it again.",
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

    person = BadgeOrUsernameField(
        label="Username", help_text="The account that gets the access, or moves to another role or unit."
    )
    field_order = ["person"]


class NewPersonForm(EmploymentFields, AccessForm):
    username = forms.CharField(label="Username", max_length=32, help_text="For log-in; never reused.")
    full_name = forms.CharField(
        label="Full name", max_length=100, help_text="As on pages, alerts and the audit log."
    )
    badge = forms.CharField(
        label="Badge or personnel number",
        max_length=20,
        help_text="Must be unique.",
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
        help_text="Required for the role Officer or agent, and for every stop (clause 6.c.i.2).",
    )
    field_order = [
        "username",
        "full_name",
        "badge",
        "rank",
        "agency",
        "sworn",
        "employed_since",
        "employed_until",
    ]

    @property
    def account(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.field_order or ()}


class DecideRequestsForm(forms.Form):
    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("deny", "Deny")])
    reason = forms.CharField(
        label="Reason",
        max_length=400,
        required=False,
        help_text="Required to deny. Saved with each selected request; the requester reads it.",
    )


class RequestFilters(Filters):
    q = Words(
        "person__full_name",
        "person__badge",
        "unit__name",
        "supervisor__full_name",
        "reason",
        label="Name, badge, unit, supervisor or duties",
    )
