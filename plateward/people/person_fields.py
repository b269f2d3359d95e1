"""Form fields for people, by badge number or username."""

from typing import Any

from django import forms
from django.db.models import Q

from plateward.people.models import Person


def find_person(text: str) -> Person:
    """The person with this badge number or username. Raises ValidationError."""
    person = Person.objects.filter(Q(badge=text) | Q(username=text.lower())).first()
    if person is None:
        raise forms.ValidationError(f"There is no badge number or username “{text[:40]}”.")
    return person


class BadgeOrUsernameField(forms.CharField):
    """Cleans to the Person, or None where it is empty and may be."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=40, **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return find_person(text) if text else None


class PeopleField(forms.CharField):
    """Cleans to a list of Person, one for each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return list(dict.fromkeys(find_person(line) for line in lines if line))
