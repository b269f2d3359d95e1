"""What every page shows: where this person may go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from plateward.alerts.overrides.views import told as overrides_told
from plateward.alerts.owed.page import Counted, counted
from plateward.alerts.reviewing.routing import waiting_for as dispositions_for
from plateward.hotlists.requests.routing import waiting_for
from plateward.hotlists.requests.views.emergency import shown
from plateward.people.access import standing
from plateward.people.entry import signin
from plateward.people.entry.middleware import proven
from plateward.people.models import Person
from plateward.people.notices.actions import unread
from plateward.people.permissions import Permission
from plateward.people.routes import ROUTES
from plateward.people.training.views.notices import told
from plateward.policy.trace import enforces

_PAGES = (
    ("alerts:queue", "Alerts"),
    ("dispatch:console", "Dispatch"),
    ("outcomes:index", "Outcomes"),
    ("hotlists:index", "Hot lists"),
    ("overrides:index", "Overrides"),
    ("fleet:index", "Readers"),
    ("checks:index", "Readers"),  # for whom the first is not open
    ("people:index", "People"),
    ("training:index", "Training"),
    ("audit:index", "Audit log"),
)


@dataclass(frozen=True)
class _Rooms:
    """The rooms about one thing, shown as a second row of navigation on each of their pages."""

    label: str
    homes: tuple[str, ...]  # the pages of `_PAGES` that stand for them
    namespaces: frozenset[str]
    routes: tuple[tuple[str, str], ...]


_ROOMS = (
    _Rooms(
        "About alerts",
        ("alerts:queue",),
        frozenset({"alerts", "closing", "confirming", "owed"}),
        (
            ("alerts:queue", "Queue"),
            ("closing:to_review", "To review"),
            ("owed:index", "DEMS exports due"),
        ),
    ),
    _Rooms(
        "About hot lists",
        ("hotlists:index",),
        frozenset({"hotlists", "requests"}),
        (
            ("hotlists:index", "Lists"),
            ("requests:mine", "My requests"),
            ("requests:ask", "Request an entry"),
            ("requests:to_review", "To review"),
            ("requests:absence", "My absences"),
            ("requests:later", "Review after entry"),
        ),
    ),
    _Rooms(
        "About readers",
        ("fleet:index", "checks:index"),
        frozenset({"checks", "fleet", "malfunctions"}),
        (
            ("fleet:index", "Readers"),
            ("checks:index", "Start-of-shift checks"),
            ("malfunctions:index", "Malfunctions"),
            ("malfunctions:technicians", "Who may repair"),
        ),
    ),
    _Rooms(
        "About people",
        ("people:index",),
        frozenset({"access", "penalties", "people"}),
        (
            ("people:index", "All people"),
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
            ("people:matrix", "Permissions"),
        ),
    ),
)


@dataclass(frozen=True)
class Banner:
    """What a page asks for again and again by itself (frontend/src/banner.js), at a route that this person may open."""

    url: str
    label: str
    template: str
    rows: Any  # lazy: asked for by whole pages only
    keys: Callable[[Any], str]

    @property
    def shown(self) -> str:
        """What the page has, in the hub's own words: it answers with nothing new as long as this is the same."""
        return self.keys(self.rows)


@dataclass(frozen=True)
class Page:
    """A page that this person may open."""

    url: str
    label: str


def pages(person: Person) -> list[Page]:
    """The pages of a role, in the order of its work; of two with one name the first that is open."""
    return list({one.label: one for one in reversed(_open_to(person, _PAGES))}.values())[::-1]


def _open_to(person: Person, routes: Iterable[tuple[str, str]]) -> list[Page]:
    return [Page(reverse(route), label) for route, label in routes if ROUTES.get(route) in person.permissions]


def page(request: HttpRequest) -> dict[str, Any]:
    """The navigation and the rooms about this page's matter, empty for who may not work now; how many notices and
    requests wait; after how many idle seconds the page hides itself (None: never); the banners of emergencies to be
    approved and of overrides to be reviewed; whether log-in offers the agency's directory; what is owed to DEMS.

    No view has a name of these in its own context: it would stand for both (web/tests/test_by_itself.py)."""
    person = getattr(request, "user", None)
    # Where a page shows the key of its session, if that has one.
    sign_in = getattr(request, "sign_in", None)
    session_key = reverse("session_key") if sign_in and sign_in.key else ""
    if not isinstance(person, Person) or not proven(request, person):
        directory = settings.DIRECTORY is not None
        return {"nav": [], "idle": None, "directory": directory, "session_key": session_key}
    found = standing.of(person)
    authorized = found.authorized
    reviews = authorized and Permission.HOTLIST_REVIEW in person.permissions
    # Asked for by whole pages only.
    waiting = SimpleLazyObject(lambda: len(waiting_for(person)) if reviews else 0)
    banners = _banners(request, person) if authorized else {}
    looks = authorized and Permission.ALERT_REVIEW in person.permissions
    ended = SimpleLazyObject(lambda: dispositions_for(person).count() if looks else 0)
    owes = authorized and Permission.ALERT_DISPOSE in person.permissions
    owed = SimpleLazyObject(lambda: counted(person) if owes else Counted())
    waiting_at = {reverse("hotlists:index"): waiting, reverse("requests:to_review"): waiting}
    waiting_at |= {
        reverse("closing:to_review"): ended,
        reverse("owed:index"): SimpleLazyObject(lambda: owed.waits),
    }
    waiting_at[reverse("alerts:queue")] = SimpleLazyObject(lambda: ended + owed.waits)
    waiting_at[reverse("overrides:index")] = SimpleLazyObject(
        lambda: len(banners["overrides:banner"].rows) if "overrides:banner" in banners else 0
    )
    matter = _matter(request)
    rooms = _open_to(person, matter.routes) if matter and authorized else []
    here = max((one.url for one in rooms if request.path.startswith(one.url)), key=len, default="")
    homes = {reverse(home) for one in _ROOMS for home in one.homes}
    at = {reverse(home) for home in matter.homes} if matter else set()
    return {
        "nav": [
            {
                "url": one.url,
                "label": one.label,
                "current": one.url in at if one.url in homes else request.path.startswith(one.url),
                "waiting": waiting_at.get(one.url, 0),
            }
            for one in (pages(person) if authorized else ())
        ],
        "matter": matter.label if matter else "",
        "rooms": [
            {
                "url": one.url,
                "label": one.label,
                "current": one.url == here,
                "waiting": waiting_at.get(one.url, 0) if one.url not in at else 0,
            }
            for one in rooms
        ],
        "unread": unread(person),
        "training": SimpleLazyObject(lambda: told(person, found.facts)),
        "idle": signin.idle_seconds(request),
        "banners": list(banners.values()),
        "owed_counted": owed,
        "session_key": session_key,
    }


@enforces("6.b.i.8")
def _banners(request: HttpRequest, person: Person) -> dict[str, Banner]:
    """By the route that each asks, those whose route is open to this person."""
    every = {
        "requests:emergencies": Banner(
            reverse("requests:emergencies"),
            "Emergencies",
            "hotlists/requests/emergencies.html",
            SimpleLazyObject(lambda: shown(request)),
            lambda rows: ",".join(str(one.pk) for one, _, _ in rows),
        ),
        "overrides:banner": Banner(
            reverse("overrides:banner"),
            "Overridden checks",
            "overrides/banner.html",
            SimpleLazyObject(lambda: overrides_told(request)),
            lambda rows: ",".join(str(row.one.pk) for row in rows),
        ),
    }
    return {route: one for route, one in every.items() if ROUTES[route] in person.permissions}


def _matter(request: HttpRequest) -> _Rooms | None:
    """What this page is about, where that has rooms; not for one's own account."""
    at = request.resolver_match
    if at is None or not isinstance(ROUTES.get(at.view_name), Permission):
        return None
    return next((one for one in _ROOMS if at.namespace in one.namespaces), None)
