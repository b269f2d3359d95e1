"""Fields that several forms have."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q

from plateward.people.courses.rules import EARLIEST_DATE
from plateward.people.models import Person
from plateward.people.permissions import Role

LATEST_DATE = date(2999, 12, 31)
LONGEST_VALIDITY = 3660  # days


class TrainingDayField(forms.DateField):
    """A calendar day of the agency's."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [MinValueValidator(EARLIEST_DATE), MaxValueValidator(LATEST_DATE)]


def find_person(text: str) -> Person:
    """The person with this badge number or username. Raises ValidationError."""
    person = Person.objects.filter(Q(badge=text) | Q(username=text.lower())).first()
    if person is None:
        raise forms.ValidationError(f"Nobody has the badge number or username “{text[:40]}”.")
    return person


class BadgeOrUsernameField(forms.CharField):
    """One person, by badge number or username."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=40, **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return find_person(text) if text else None


class PeopleField(forms.CharField):
    """People, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return list(dict.fromkeys(find_person(line) for line in lines if line))


class RolesField(forms.MultipleChoiceField):
    """Roles, as a list of checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[(role.value, role.label) for role in Role], **more)

    def clean(self, value: Any) -> Any:
        return [Role(role) for role in super().clean(value)]
