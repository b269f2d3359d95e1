"""What every page shows: where this person may go."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from plateward.people import signin
from plateward.people.access import standing
from plateward.people.access.notices.actions import unread
from plateward.people.middleware import proven
from plateward.people.models import Person
from plateward.people.permissions import Permission
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
# The rooms about people, shown as a second row of navigation on each of their pages.
_ABOUT_PEOPLE = {"access", "penalties", "people"}
_ROOMS = (
    ("people:index", "Everybody"),
    ("access:welcome", "New account"),
    ("people:import", "Import"),
    ("access:waiting", "Requests"),
    ("access:ask", "Ask for access"),
    ("access:offices", "Offices"),
    ("access:recovery", "Lost authenticators"),
    ("access:reviews", "Access reviews"),
    ("access:register", "Access as of a date"),
    ("penalties:index", "Penalties"),
    ("people:log_ins", "Log-ins and terminals"),
    ("people:places", "Units and districts"),
    ("people:matrix", "Who may do what"),
)


@dataclass(frozen=True)
class Page:
    """A page that this person may open."""

    url: str
    label: str


def pages(person: Person) -> list[Page]:
    """The pages of a role, in the order of its work."""
    return _open_to(person, _PAGES)


def _open_to(person: Person, routes: Iterable[tuple[str, str]]) -> list[Page]:
    return [Page(reverse(route), label) for route, label in routes if ROUTES.get(route) in person.permissions]


def page(request: HttpRequest) -> dict[str, Any]:
    """The navigation and the rooms about people, empty for who may not work now; how many notices wait; after how
    many idle seconds the page hides itself (None: never); whether log-in offers the agency's directory."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person) or not proven(request, person):
        return {"nav": [], "idle": None, "directory": settings.DIRECTORY is not None}
    authorised = standing.of(person).authorised
    at = request.resolver_match
    about_people = (
        at is not None and at.namespace in _ABOUT_PEOPLE and isinstance(ROUTES.get(at.view_name), Permission)
    )
    rooms = _open_to(person, _ROOMS) if about_people and authorised else []
    here = max((one.url for one in rooms if request.path.startswith(one.url)), key=len, default="")
    people = reverse("people:index")
    return {
        "nav": [
            {
                "url": one.url,
                "label": one.label,
                "current": about_people if one.url == people else request.path.startswith(one.url),
            }
            for one in (pages(person) if authorised else ())
        ],
        "rooms": [{"url": one.url, "label": one.label, "current": one.url == here} for one in rooms],
        "unread": unread(person),
        "training": SimpleLazyObject(lambda: told(person)),  # asked for by whole pages only
        "idle": signin.idle_seconds(request),
    }
