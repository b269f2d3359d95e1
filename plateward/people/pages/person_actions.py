"""What a viewer may do about a person: the routes where it begins, if permitted."""

from typing import Literal

from django.urls import reverse
from django.utils.http import urlencode

from plateward.people.models import Person
from plateward.people.routes import may_open

PersonReference = Literal["pk", "username", "query"]  # the person's parameter in a route

# The last column: whether people do it about themselves, too.
PERSON_ACTIONS: tuple[tuple[str, str, PersonReference, bool], ...] = (
    ("access:ask", "Request access or a transfer", "query", False),
    ("people:password", "Give a first password", "pk", False),
    ("access:recovery", "Confirm a lost second factor", "query", False),
    ("people:edit", "Correct name, rank or badge", "pk", True),
    ("training:person", "See the training records", "username", True),
    ("access:leave", "Record leave", "username", False),
    ("access:suspensions", "See suspensions of access", "username", False),
    ("penalties:record", "Record an offense", "pk", False),
    ("access:switch_off", "Suspend access now", "username", True),
    ("access:terminate", "Separate from agency", "username", False),
)


def actions_about(viewer: Person, person: Person) -> list[tuple[str, str]]:
    """Address and label of each act, in the order of the page."""
    past = {"people:password"} if person.enrolled else set()
    return [
        (_url(route, names, person), label)
        for route, label, names, oneself in PERSON_ACTIONS
        if may_open(viewer, route) and (oneself or viewer.pk != person.pk) and route not in past
    ]


def _url(route: str, names: PersonReference, person: Person) -> str:
    if names == "query":
        return f"{reverse(route)}?{urlencode({'person': person.username})}"
    return reverse(route, args=[person.pk if names == "pk" else person.username])
