"""What every page shows: where this person may go. Each room declares its own part (navigation.py); their order is
that of the work."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from plateward.alerts.outcomes import navigation as outcomes
from plateward.alerts.overrides import navigation as overrides
from plateward.alerts.owed.page import Counted
from plateward.alerts.page import navigation as alerts
from plateward.audit import navigation as audit
from plateward.dispatch import navigation as dispatch
from plateward.fleet.overview import navigation as fleet
from plateward.hotlists.overview import navigation as hotlists
from plateward.navigation import Banner, Link, Section, Viewer
from plateward.people.access import standing
from plateward.people.entry import signin
from plateward.people.entry.middleware import proven
from plateward.people.models import Person
from plateward.people.notices.actions import unread
from plateward.people.pages import navigation as people
from plateward.people.permissions import Permission
from plateward.people.routes import ROUTES
from plateward.people.training import navigation as training
from plateward.people.training.views.notices import told
from plateward.policy.trace import enforces

SECTIONS = (alerts.SECTION, hotlists.SECTION, fleet.SECTION, people.SECTION)
PAGES = (
    *alerts.SECTION.pages,
    dispatch.PAGE,
    outcomes.PAGE,
    *hotlists.SECTION.pages,
    overrides.PAGE,
    *fleet.SECTION.pages,
    *people.SECTION.pages,
    training.PAGE,
    audit.PAGE,
)
BANNERS = (hotlists.BANNER, overrides.BANNER)


@dataclass(frozen=True)
class OpenBanner:
    """A banner at a route that this person may open."""

    banner: Banner
    rows: Any  # lazy: asked for by whole pages only

    @property
    def url(self) -> str:
        """What the page asks."""
        return reverse(self.banner.route)

    @property
    def shown(self) -> str:
        """What the page has, in the hub's own words: it answers with nothing new as long as this is the same."""
        return ",".join(str(self.banner.key(row)) for row in self.rows)


@dataclass(frozen=True)
class Page:
    """A page that this person may open."""

    url: str
    link: Link


def pages(person: Person) -> list[Page]:
    """The pages of a role, in the order of its work; of two with one name the first that is open."""
    return list({one.link.label: one for one in reversed(_open_to(person, PAGES))}.values())[::-1]


def _open_to(person: Person, links: Iterable[Link]) -> list[Page]:
    return [Page(reverse(one.route), one) for one in links if ROUTES.get(one.route) in person.permissions]


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
    viewer = Viewer(request, person, found.facts)
    owes = authorized and Permission.ALERT_DISPOSE in person.permissions
    section = _section(request)
    links = _open_to(person, section.links) if section and authorized else []
    here = max((one.url for one in links if request.path.startswith(one.url)), key=len, default="")
    return {
        "nav": [
            {
                "url": one.url,
                "label": one.link.label,
                "current": _is_current(request, one, section),
                "waiting": SimpleLazyObject(partial(_waiting, viewer, one.link)),
            }
            for one in (pages(person) if authorized else ())
        ],
        "matter": section.label if section else "",
        "rooms": [
            {
                "url": one.url,
                "label": one.link.label,
                "current": one.url == here,
                "waiting": SimpleLazyObject(partial(viewer.ask, one.link.waiting)),
            }
            for one in links
        ],
        "unread": unread(person),
        "training": SimpleLazyObject(lambda: told(person, found.facts)),
        "idle": signin.idle_seconds(request),
        "banners": _banners(viewer) if authorized else [],
        "owed_counted": SimpleLazyObject(lambda: viewer.ask(alerts.owed) if owes else Counted()),
        "session_key": session_key,
    }


def _is_current(request: HttpRequest, page: Page, section: Section | None) -> bool:
    """Whether the request is within this page of the navigation: in its section, where it stands for one."""
    if any(page.link in one.pages for one in SECTIONS):
        return section is not None and page.link in section.pages
    return request.path.startswith(page.url)


def _waiting(viewer: Viewer, link: Link) -> int:
    """How many things wait there: where it stands for a section, on all pages of that which are open."""
    section = next((one for one in SECTIONS if link in one.pages), None)
    links = [one.link for one in _open_to(viewer.person, section.links)] if section else [link]
    return sum(viewer.ask(one.waiting) for one in links)


@enforces("6.b.i.8")
def _banners(viewer: Viewer) -> list[OpenBanner]:
    """Those whose route is open to this person."""
    return [
        OpenBanner(one, SimpleLazyObject(partial(viewer.ask, one.rows)))
        for one in BANNERS
        if ROUTES[one.route] in viewer.person.permissions
    ]


def _section(request: HttpRequest) -> Section | None:
    """What this page is about, where that has rooms; not for one's own account."""
    at = request.resolver_match
    if at is None or not isinstance(ROUTES.get(at.view_name), Permission):
        return None
    return next((one for one in SECTIONS if at.namespace in one.namespaces), None)
