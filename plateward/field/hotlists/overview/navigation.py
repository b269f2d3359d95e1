"""Hot lists in the navigation, and the banner for emergencies; what waits about lists, for the home page."""

from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import Load
from plateward.field.hotlists.recall.models import Return
from plateward.field.hotlists.requests.models import UNREVIEWED_AT_MOST, Request
from plateward.field.hotlists.requests.routing import requests_waiting_for
from plateward.field.hotlists.requests.views.reviewing import banner_rows
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import person_key
from plateward.people.navigation import Banner, Link, Section, Viewer, grouped
from plateward.people.waiting import Matter, Waiting


@enforces("6.f.i.1/after")
def _requests(viewer: Viewer) -> Waiting:
    """Due: what is in force already, and ends unless it is reviewed in time."""
    rows = requests_waiting_for(viewer.person)
    due = [
        row.last.at + UNREVIEWED_AT_MOST if row.state == Request.State.UNREVIEWED else None for row in rows
    ]
    return Waiting.of((row.moved_at for row in rows), due)


def _own_returned(viewer: Viewer) -> Waiting:
    rows = Request.objects.filter(requester=viewer.person, state=Request.State.RETURNED)
    return Waiting.among(rows, "moved_at")


def _held_loads(viewer: Viewer) -> Waiting:
    held = Load.objects.filter(hotlist__in=lists_for(viewer.person), state=Load.State.HELD)
    return Waiting.among(held, "looked_at")


@enforces("6.f.i.1/recall")
def _returns(viewer: Viewer) -> Waiting:
    """Recalled plates that their lists may bring back if somebody else agrees."""
    rows = Return.objects.filter(decided_at=None, recalled__hotlist__in=lists_for(viewer.person))
    return Waiting.among(rows.exclude(asked_by=person_key(viewer.person)), "asked_at")


REQUESTS = Matter("requests:to_review", "Hot list requests to review", _requests)
MATTERS = (
    REQUESTS,
    Matter("requests:mine", "Hot list requests returned to you", _own_returned),
    Matter("hotlists:import", "Hot list imports on hold", _held_loads, "hotlists:index"),
    Matter("hotlists:return_decide", "Recalled plates to decide", _returns, "hotlists:recalled"),
)


BANNER = Banner(
    "requests:emergencies",
    "Emergencies",
    "hotlists/requests/emergencies.html",
    lambda viewer: banner_rows(viewer.request),
    lambda row: row[0].pk,
)
SECTION = Section(
    "About hot lists",
    (Link("hotlists:index", "Hot lists"),),
    frozenset({"command", "hotlists", "requests"}),
    (
        *grouped(
            "Lists",
            Link("hotlists:index", "All lists"),
            Link("hotlists:recalled", "Recalled"),
            Link("hotlists:import", "Load a file"),
            Link("hotlists:feeds", "Feeds"),
            Link("hotlists:formats", "Formats"),
            Link("hotlists:reasons", "Reasons"),
            Link("hotlists:protected", "Protected vehicles"),
        ),
        Link("requests:mine", "My requests"),
        Link("requests:ask", "Request an entry"),
        Link("requests:to_review", "To review", REQUESTS.count),
        Link("command:absences", "My absences"),
        Link("requests:later", "Review after entry"),
    ),
)
