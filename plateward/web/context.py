"""What every page shows: where this person may go."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from plateward.people.access import standing
from plateward.people.access.notices.actions import unread
from plateward.people.middleware import proven
from plateward.people.models import Person
from plateward.people.routes import ROUTES
from plateward.people.training.notices import told

_PAGES = (
    ("alerts:queue", "Alerts"),
    ("hotlists:index", "Hot lists"),
    ("fleet:index", "Readers"),
    ("people:index", "People"),
    ("training:index", "Training"),
    ("audit:index", "Audit log"),
)
# Beneath "People": what is done about them.
_AREAS = (
    ("people:index", "All people"),
    ("access:waiting", "Requests"),
    ("access:ask", "Ask for access"),
    ("access:welcome", "Add a person"),
    ("access:offices", "Offices"),
    ("access:recovery", "Lost authenticators"),
    ("access:register", "Access as of a date"),
)


@dataclass(frozen=True)
class Page:
    """A page that this person may open."""

    url: str
    label: str


def pages(person: Person) -> list[Page]:
    """The pages of a role, in the order of its work."""
    return _open_to(person, _PAGES)


def areas(person: Person) -> list[Page]:
    """The pages about people that a role may open."""
    return _open_to(person, _AREAS)


def _open_to(person: Person, routes: tuple[tuple[str, str], ...]) -> list[Page]:
    return [Page(reverse(route), label) for route, label in routes if ROUTES.get(route) in person.permissions]


def page(request: HttpRequest) -> dict[str, Any]:
    """The navigation, empty for who may not work now, and how many notices wait."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person) or not proven(request, person):
        return {"nav": []}
    return {
        "nav": [
            {"url": one.url, "label": one.label, "current": request.path.startswith(one.url)}
            for one in (pages(person) if standing.of(person).authorised else ())
        ],
        "unread": unread(person),
        "training": SimpleLazyObject(lambda: told(person)),  # asked for by whole pages only
    }
