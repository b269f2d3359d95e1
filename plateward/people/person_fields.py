"""Form fields for people: by badge number or username, checked in a list, and a colleague by their account."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q

from plateward.core.pages.fields import DayField, FoundField, MinuteField
from plateward.ground import clock
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role

MOST_NAMED = 5  # of several who have a name


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


class EmploymentFields(forms.Form):
    """From when to when a person is employed by the Department."""

    employed_since = DayField(
        label="Employed by the Department since",
        required=False,
        help_text="Every role but Outside agency is for employees (clause 5.d). Blank for contractors and others.",
    )
    employed_until = DayField(
        label="Last day of employment",
        required=False,
        help_text="Access ends after this day. Leave blank if none is set.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        since, until = given.get("employed_since"), given.get("employed_until")
        if until and not since and "employed_since" not in self.errors:
            self.add_error("employed_since", "Enter the first day as well as the last.")
        if since and until and until < since:
            self.add_error("employed_until", "Employment cannot end before it begins.")
        return given


class RolesField(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=Role.choices(), coerce=Role, **more)


class PeopleField(FoundField):
    """People of the agency, found by name, badge or unit."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Person.objects.select_related("unit").order_by("full_name"), **more)

    def label_from_instance(self, person: Any) -> str:
        return ", ".join(filter(None, (person.titled, person.badge, str(person.unit or ""))))


class ColleagueField(forms.CharField):
    """Cleans to the one Person whom a name, badge number or username tells, among those whose role has `permission`;
    `lacks` says what it is for: "does not have alert duties"."""

    def __init__(self, permission: Permission, lacks: str, help_text: str) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label="Your colleague",
            max_length=150,
            widget=forms.TextInput(attrs=attrs),
            help_text=help_text,
        )
        self._roles = permission.roles
        self._lacks = lacks

    def clean(self, value: Any) -> Person:
        """The person."""
        text = super().clean(value).strip()
        found = self._named(text)
        able = [person for person in found if person.role in self._roles]
        if len(able) == 1:
            return able[0]
        if not able and found:
            raise forms.ValidationError(f"{found[0]} {self._lacks}.")
        if not able:
            raise forms.ValidationError(
                f"There is nobody named “{text[:40]}”. Enter a name, badge number or username."
            )
        several = "; ".join(f"{person} ({person.username})" for person in able[:MOST_NAMED])
        more = "; and others" if len(able) > MOST_NAMED else ""
        raise forms.ValidationError(f"Several colleagues have this name: {several}{more}. Enter a username.")

    @staticmethod
    def _named(text: str) -> list[Person]:
        """Whoever has this badge number or username; else those with each of these words in their name."""
        exact = Person.objects.filter(Q(badge=text) | Q(username=text.lower()))[:1]
        if exact or not text.split():
            return list(exact)
        words = (Q(full_name__icontains=word) for word in text.split()[:MOST_NAMED])
        return list(Person.objects.filter(*words).order_by("full_name", "username")[: MOST_NAMED * 4])


class PastField(MinuteField):
    """A moment as of which something is asked: the end of the minute named, or now while it still runs. With its
    start, what was done a moment ago would be missing from an answer for now."""

    def clean(self, value: Any) -> datetime | None:
        at: datetime | None = super().clean(value)
        now = clock.now()
        if at and at > now:
            raise forms.ValidationError("That time is still to come.")
        if at and not at.second:
            at = min(at + timedelta(minutes=1, microseconds=-1), now)
        return at
