"""What a viewer may do about a person: the routes that begin it, where the viewer's duty has them."""

from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.http import urlencode

from plateward.people.actions import enrolled
from plateward.people.models import Person
from plateward.people.routes import ROUTES

Names = Literal["pk", "username", "query"]  # how a route names the person

# The last column: whether one does it about oneself, too.
DEEDS: tuple[tuple[str, str, Names, bool], ...] = (
    ("access:ask", "Ask for access, or a transfer", "query", False),
    ("people:password", "Give a first password", "pk", False),
    ("access:recovery", "Confirm a lost second factor", "query", False),
    ("people:edit", "Correct name, rank or badge", "pk", True),
    ("training:person", "See the training records", "username", True),
    ("access:leave", "Record leave", "username", False),
    ("access:interruptions", "See what interrupted the access", "username", False),
    ("penalties:record", "Record an offense", "pk", False),
    ("access:switch_off", "Suspend access now", "username", True),
    ("access:terminate", "Separate from agency", "username", False),
)


@dataclass(frozen=True)
class Deed:
    """One act, as a link."""

    url: str
    label: str


def deeds(viewer: Person, person: Person) -> list[Deed]:
    """In the order in which a page shows them."""
    past = {"people:password"} if enrolled(person) else set()
    return [
        Deed(_url(route, names, person), label)
        for route, label, names, oneself in DEEDS
        if ROUTES[route] in viewer.permissions and (oneself or viewer.pk != person.pk) and route not in past
    ]


def _url(route: str, names: Names, person: Person) -> str:
    if names == "query":
        return f"{reverse(route)}?{urlencode({'person': person.username})}"
    return reverse(route, args=[person.pk if names == "pk" else person.username])
