"""What every page shows: where this person may go. Each room declares its part (navigation.py); the order is
that of the work."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from plateward.field.fleet.overview import navigation as fleet
from plateward.field.hotlists.overview import navigation as hotlists
from plateward.ground.policy.trace import enforces
from plateward.oversight import navigation as oversight
from plateward.people.access import standing
from plateward.people.models import Person
from plateward.people.navigation import Banner, Link, Section, Viewer
from plateward.people.notices.actions import unread_count
from plateward.people.pages import navigation as people
from plateward.people.permissions import Permission
from plateward.people.purpose.rules import purpose_words
from plateward.people.routes import ROUTES, may_open
from plateward.people.sign_in import sign_ins
from plateward.people.sign_in.middleware import used_second_factor
from plateward.people.training.views.notices import training_notices
from plateward.sharing.records import navigation as records
from plateward.work.alerts.page import home as alerts
from plateward.work.dispatch import home as dispatch
from plateward.work.evidence.dems import navigation as dems
from plateward.work.evidence.dems.page import DutyCounts
from plateward.work.retention import navigation as retention
from plateward.work.searches import navigation as searches

PACKAGES = Link("packages:index", "Evidence packages")
ROOMS = (
    *alerts.SECTION.links,
    dispatch.MAP,
    dems.LINK,
    PACKAGES,
    alerts.OVERRIDES,
    alerts.OUTCOMES,
)
ALERTS = replace(
    alerts.SECTION,
    # The first that is open: the Chief sees overrides and outcomes, and no queue.
    pages=tuple(Link(room.route, "Alerts") for room in ROOMS if room not in (dems.LINK, PACKAGES)),
    namespaces=alerts.SECTION.namespaces | {"dems", "map", "outcomes", "overrides", "packages"},
    links=ROOMS,
)
SECTIONS = (
    ALERTS,
    searches.SECTION,
    hotlists.SECTION,
    fleet.SECTION,
    people.SECTION,
    oversight.SECTION,
    retention.SECTION,
    records.SECTION,
)
PAGES = (
    *ALERTS.pages,
    *searches.SECTION.pages,
    dispatch.PAGE,
    *hotlists.SECTION.pages,
    *fleet.SECTION.pages,
    *people.SECTION.pages,
    *oversight.SECTION.pages,
    *retention.SECTION.pages,
    *records.SECTION.pages,
    oversight.LOG,
)
SCHEME_COOKIE = "__Host-plateward-scheme"  # written by frontend/src/scheme.js
SCHEMES = ("light", "dark")
SOUND_COOKIE = "__Host-plateward-sound"  # written by frontend/src/sound.js
BANNERS = (hotlists.BANNER, alerts.OVERRIDES_BANNER)
STREAMS = ("alerts:stream", "overrides:stream")  # a page listens to the first that its person may open


@cache
def address_of(route: str) -> str:
    """Of a page that takes no arguments: a page shows dozens, and Django takes as long for one as for a short query."""
    return reverse(route)


@dataclass(frozen=True)
class OpenBanner:
    """A banner at a route that this person may open."""

    banner: Banner
    rows: Any  # lazy: only whole pages read it

    @property
    def url(self) -> str:
        """The address of the banner alone."""
        return address_of(self.banner.route)

    @property
    def fingerprint(self) -> str:
        """What the page shows, by key: asked anew, the hub returns nothing while this is the same."""
        return ",".join(str(self.banner.key(row)) for row in self.rows)


@dataclass(frozen=True)
class Page:
    """A page that this person may open."""

    url: str
    link: Link


def pages_for(person: Person) -> list[Page]:
    """The pages of a role, in the order of its work; of two with one name the first that is open."""
    first = {link.label: link for link in reversed(_open_links(person, PAGES))}
    return [Page(address_of(link.route), link) for link in reversed(first.values())]


def _open_links(person: Person, links: Iterable[Link]) -> list[Link]:
    return [link for link in links if may_open(person, link.route)]


def page_context(request: HttpRequest) -> dict[str, Any]:
    """The navigation and the section's rooms, empty for people who may not work now; what they may do, by
    permission; counts of notices and waiting requests; idle seconds until the page hides itself (None: never);
    banners of emergencies to approve and of overrides to review; whether sign-in offers the agency's directory;
    the purpose that this look has, where the page asks for one; DEMS exports due; the agency's name, for paper;
    whether alerts ring here, and the stream that the page listens to; the colors that this browser chose; whether its
    sound is on.

    No view may use these names in its own context: it would replace them (web/tests/test_by_itself.py)."""
    viewer = viewer_of(request)
    # Where a page shows the key of its session, if that has one.
    sign_in = getattr(request, "sign_in", None)
    session_key = address_of("session_key") if sign_in and sign_in.key else ""
    if viewer is None:
        directory = settings.DIRECTORY is not None
        return {
            "nav": [],
            "idle": None,
            "directory": directory,
            "agency_name": settings.AGENCY_NAME,
            "session_key": session_key,
            "scheme": _scheme(request),
        }
    person, authorized = viewer.person, viewer.authorized
    closes_alerts = authorized and Permission.ALERT_DISPOSE in person.permissions
    section = _section(request)
    return {
        "nav": _navigation(viewer, section) if authorized else [],
        "matter": section.label if section else "",
        "rooms": _rooms(viewer, section) if section and authorized else [],
        "may": {permission.name: True for permission in person.permissions},
        "unread": unread_count(person),
        "purpose_words": purpose_words(purpose) if (purpose := getattr(request, "purpose", "")) else "",
        "training": SimpleLazyObject(lambda: training_notices(person, viewer.facts)),
        "idle": sign_ins.idle_seconds(request),
        "agency_name": settings.AGENCY_NAME,
        "banners": _banners_for(viewer) if authorized else [],
        "may_ring": authorized and may_open(person, "alerts:stream"),
        "listen": next((address_of(name) for name in STREAMS if authorized and may_open(person, name)), ""),
        "dems_counts": SimpleLazyObject(
            lambda: viewer.ask(dems.dems_counts) if closes_alerts else DutyCounts()
        ),
        "session_key": session_key,
        "scheme": _scheme(request),
        "sound_kept": request.COOKIES.get(SOUND_COOKIE) == "on",
    }


def _scheme(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(SCHEME_COOKIE, "")
    return chosen if chosen in SCHEMES else ""


def _navigation(viewer: Viewer, section: Section | None) -> list[dict[str, Any]]:
    """The home page, and the pages of the person's role."""
    home = address_of("home")
    return [
        {"url": home, "label": "Home", "current": viewer.request.path == home},
        *(
            {
                "url": item.url,
                "label": item.link.label,
                "current": _is_current(viewer.request, item, section),
                "rings": item.link in alerts.SECTION.pages,
                "waiting": SimpleLazyObject(partial(_waiting, viewer, item.link)),
            }
            for item in pages_for(viewer.person)
        ),
    ]


def _rooms(viewer: Viewer, section: Section) -> list[dict[str, Any]]:
    """The second row: rooms, or groups of them; `within`, the third, of the group that the page is in, or its room."""
    links, path, at = (
        _open_links(viewer.person, section.links),
        viewer.request.path,
        viewer.request.resolver_match,
    )
    here = max((url for link in links if path.startswith(url := address_of(link.route))), key=len, default="")
    namespace = at.namespace if at else ""
    near = (address_of(link.route) for link in links if link.route.partition(":")[0] == namespace)
    group_here = here or next(near, "")
    groups = [list(group) for _, group in groupby(links, lambda link: link.group or link.route)]
    rooms = []
    for group in groups:
        pages = [_entry(viewer, [link], link.label, here) for link in group]
        whole = _entry(viewer, group, group[0].group, group_here) if len(group) > 1 else pages[0]
        rooms.append(whole | {"within": pages if whole["current"] and len(group) > 1 else []})
    return rooms


def _entry(viewer: Viewer, links: list[Link], label: str, here: str) -> dict[str, Any]:
    addresses = [address_of(link.route) for link in links]
    waiting = SimpleLazyObject(lambda: sum(viewer.ask(link.waiting) for link in links))
    return {"url": addresses[0], "label": label, "current": here in addresses, "waiting": waiting}


def viewer_of(request: HttpRequest) -> Viewer | None:
    """Whose page it is, the same for its view and for what every page shows; None if nobody is logged in."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person) or not used_second_factor(request, person):
        return None
    known: Viewer | None = getattr(request, "viewer", None)
    if known is None:
        those = standing.own_standing(person)
        known = Viewer(request, person, those.facts, those.authorized)
        request.viewer = known  # type: ignore[attr-defined]
    return known


def _is_current(request: HttpRequest, page: Page, section: Section | None) -> bool:
    """Whether the request is within this navigation page: in its section, if it stands for one."""
    if any(page.link in other.pages for other in SECTIONS):
        return section is not None and page.link in section.pages
    return request.path.startswith(page.url)


def _waiting(viewer: Viewer, link: Link) -> int:
    """How many things wait there: for a section, on all its pages that are open."""
    section = next((candidate for candidate in SECTIONS if link in candidate.pages), None)
    links = _open_links(viewer.person, section.links) if section else [link]
    return sum(viewer.ask(link.waiting) for link in links)


@enforces("6.b.i.8/matrix")
def _banners_for(viewer: Viewer) -> list[OpenBanner]:
    """Those whose route is open to this person."""
    return [
        OpenBanner(item, SimpleLazyObject(partial(viewer.ask, item.rows)))
        for item in BANNERS
        if may_open(viewer.person, item.route)
    ]


def _section(request: HttpRequest) -> Section | None:
    """The section that this page belongs to, if any; none for the person's own account."""
    at = request.resolver_match
    if at is None or not isinstance(ROUTES.get(at.view_name), Permission):
        return None
    return next((section for section in SECTIONS if at.namespace in section.namespaces), None)
