"""What a viewer may do about a person: the routes that begin it, where the viewer's duty has them."""

from dataclasses import dataclass

from django.urls import reverse

from plateward.people.models import Person
from plateward.people.routes import ROUTES

# Each route takes the person's key; nobody does these to themselves, but for the last.
DEEDS = (
    ("penalties:record", "Record an offence"),
    ("people:password", "Give a first password"),
)
ALSO_ONESELF = (("people:edit", "Correct name, rank or badge"),)


@dataclass(frozen=True)
class Deed:
    """One act, as a link."""

    url: str
    label: str


def deeds(viewer: Person, person: Person) -> list[Deed]:
    """In the order in which a page shows them."""
    open_to = ALSO_ONESELF if viewer.pk == person.pk else (*DEEDS, *ALSO_ONESELF)
    return [
        Deed(reverse(route, args=[person.pk]), label)
        for route, label in open_to
        if ROUTES[route] in viewer.permissions
    ]
