"""Form fields for people: by badge number or username, and a colleague by their account."""

from typing import Any

from django import forms
from django.db.models import Q

from plateward.people.models import Person
from plateward.people.permissions import Permission, Role, roles_with


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


class RolesField(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[(role.value, role.label) for role in Role], coerce=Role, **more)


class PeopleField(forms.CharField):
    """Cleans to a list of Person, one for each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return list(dict.fromkeys(find_person(line) for line in lines if line))


class ColleagueField(forms.CharField):
    """Cleans to the Person of this account if their role has `permission`; otherwise says `otherwise`."""

    def __init__(self, permission: Permission, otherwise: str, help_text: str) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label="Your colleague's account",
            max_length=150,
            widget=forms.TextInput(attrs=attrs),
            help_text=help_text,
        )
        self._roles = roles_with(permission)
        self._otherwise = otherwise

    def clean(self, value: Any) -> Person:
        """The person."""
        username = super().clean(value).strip().lower()
        person = Person.objects.filter(username=username, role__in=self._roles).first()
        if person is None:
            raise forms.ValidationError(self._otherwise)
        return person
