"""A form field for a colleague, by their account."""

from typing import Any

from django import forms

from plateward.people.models import Person
from plateward.people.permissions import Permission, roles_with


class ColleagueField(forms.CharField):
    """Cleans to the Person of this account if their role has `permission`; otherwise says `otherwise`."""

    def __init__(self, permission: Permission, otherwise: str) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label="Your colleague's account", max_length=150, widget=forms.TextInput(attrs=attrs)
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
