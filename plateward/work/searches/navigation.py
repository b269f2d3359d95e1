"""Searches in the navigation, and those that wait, for the home page."""

from datetime import timedelta
from typing import Any

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.navigation import Link, Section, Viewer
from plateward.people.permissions import Role
from plateward.people.rules import not_signed
from plateward.people.waiting import Matter, Panel, Waiting, if_any
from plateward.work.searches import outside, records, routing
from plateward.work.searches.models import Search, StoppedRequest
from plateward.work.searches.records import marked
from plateward.work.searches.reviewing import marked_for
from plateward.work.searches.routing import waiting_step
from plateward.work.searches.rules import APPROVED_FOR, LATE, LATE_URGENT


@enforces("6.b.i.8/scope")
def _to_approve(viewer: Viewer) -> Waiting:
    """Due: when a search is passed on to the next above."""
    searches = [step.search for step in routing.steps_for(viewer.person)]
    due = (search.at + (LATE_URGENT if search.urgent else LATE) for search in searches)
    return Waiting.of((search.at for search in searches), due)


def _own(viewer: Viewer) -> Waiting:
    """The person's own that wait for somebody else."""
    recent = Search.objects.filter(person=viewer.person, at__gt=clock.now() - 2 * APPROVED_FOR).exclude(
        brakes=[]
    )
    return Waiting.of(search.at for search in records.with_records(recent) if waiting_step(search))


@if_any(lambda: StoppedRequest.objects.filter(decision=None))
def _stopped(_: Viewer) -> Waiting:
    return Waiting.among(StoppedRequest.objects.filter(decision=None), "at")


@if_any(marked)
def _marked(viewer: Viewer) -> Waiting:
    """Due: at the end of the day on which it was marked."""
    searches = marked_for(viewer.person)
    due = (days.start_of(days.day_of(search.at) + timedelta(days=1)) for search in searches)
    return Waiting.of((search.at for search in searches), due)


MARKED = Matter("searches:marked", "Marked searches", _marked)
TO_APPROVE = Matter("searches:approvals", "Searches to approve", _to_approve)
STOPPED = Matter("searches:stopped", "Stopped requests to decide", _stopped)


def _agency(viewer: Viewer) -> dict[str, Any]:
    """What the agency of somebody from outside may ask, and what is left of today."""
    grant = outside.grant_for(viewer.person)
    if viewer.person.role != Role.OUTSIDE or not viewer.authorized:
        return {}
    if grant is None:
        return {"held_back": not_signed("The access of your agency")}
    return {"grant": grant, "left": max(0, grant.queries_a_day - outside.asked_today(grant))}


PANEL = Panel("searches:ask", "searches/agency.html", _agency)
MATTERS = (TO_APPROVE, MARKED, STOPPED, Matter("searches:own", "Your searches waiting for approval", _own))


SECTION = Section(
    "About searches",
    # Whoever cannot search, but decides on stopped ones, gets there by the same name.
    (Link("searches:ask", "Search"), Link("searches:stopped", "Search", STOPPED.count)),
    frozenset({"api_pages", "exports", "read_sharing", "results", "searches"}),
    (
        Link("searches:ask", "New search"),
        Link("searches:own", "My searches"),
        Link("read_sharing:own", "My unit's reads"),
        Link("searches:approvals", "To approve", TO_APPROVE.count),
        Link("searches:marked", "Marked searches", MARKED.count),
        Link("searches:flagged", "Flagged numbers"),
        Link("searches:stopped", "Stopped requests", STOPPED.count),
        Link("searches:reach", "Whose reads are searched"),
        Link("api_pages:tokens", "API tokens"),
        Link("api_pages:all_tokens", "API tokens"),
    ),
)
