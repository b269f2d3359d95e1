"""Duties to update and to retrain."""

from typing import Any

from django import forms

from plateward.people.courses.models import Course, Duty
from plateward.people.permissions import Permission
from plateward.people.training.forms.fields import (
    BadgeOrUsernameField,
    PeopleField,
    RolesField,
    TrainingDayField,
    find_person,
)


def require_owner(person: Any) -> Any:
    """A person who may release materials. Raises ValidationError."""
    if Permission.TRAINING_MANAGE not in person.permissions:
        raise forms.ValidationError(
            f"{person.full_name} cannot release materials; the owner is an ALPR administrator."
        )
    return person


class NewDutyForm(forms.Form):
    """After a change of policy or a security incident."""

    kind = forms.ChoiceField(choices=Duty.Kind.choices, widget=forms.RadioSelect, label="After a")
    title = forms.CharField(max_length=100, help_text="As the people concerned read it.")
    what = forms.CharField(
        max_length=2000, label="What happened, or changed", widget=forms.Textarea(attrs={"rows": 4})
    )
    reference = forms.CharField(
        max_length=60, required=False, help_text="The order or the incident report, as it is filed."
    )
    happened_on = TrainingDayField(label="Day of the change or incident")
    course = forms.ModelChoiceField(Course.objects.all(), empty_label="Choose a course", label="Course")
    owner = BadgeOrUsernameField(label="Who updates the material", help_text="Badge number or username.")
    update_due = TrainingDayField(label="Material updated by")
    retrain_due = TrainingDayField(
        label="Retrained by",
        help_text="Whoever has not taken the course anew by the end of that day is refused. After an incident: "
        "within 30 days of it (AT-2).",
    )
    roles = RolesField(label="Roles it concerns", required=False)
    people = PeopleField(
        label="People it concerns", required=False, help_text="Badge numbers or usernames, one a line."
    )

    def clean_owner(self) -> Any:
        """Check the owner."""
        return require_owner(self.cleaned_data["owner"])

    def clean(self) -> dict[str, Any]:
        """Require roles or people."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned["roles"] and not cleaned["people"]:
            raise forms.ValidationError("Nobody would have to retrain: choose roles, or name people.")
        return cleaned


class ExemptForm(forms.Form):
    """Why a person need not retrain."""

    person = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=400, label="Why retraining is not needed")

    def clean_person(self) -> Any:
        """The person of the row."""
        return find_person(self.cleaned_data["person"])


class HandOverDutyForm(forms.Form):
    """Reassign the update of the material."""

    owner = BadgeOrUsernameField(label="Who updates the material", help_text="Badge number or username.")

    def clean_owner(self) -> Any:
        """Check the owner."""
        return require_owner(self.cleaned_data["owner"])
