"""Searches that wait, for the navigation and the home page."""

from plateward import clock
from plateward.navigation import Viewer
from plateward.policy.trace import enforces
from plateward.searches import records, routing
from plateward.searches.models import Search, StoppedSearch
from plateward.searches.routing import waiting_step
from plateward.searches.rules import APPROVED_FOR, LATE, LATE_URGENT
from plateward.waiting import Matter, Waiting, if_any


@enforces("6.b.i.8")
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


@if_any(lambda: StoppedSearch.objects.filter(decision=None))
def _stopped(_: Viewer) -> Waiting:
    return Waiting.among(StoppedSearch.objects.filter(decision=None), "at")


TO_APPROVE = Matter("searches:approvals", "Searches to approve", _to_approve)
STOPPED = Matter("searches:stopped", "Stopped searches to decide", _stopped)
MATTERS = (TO_APPROVE, STOPPED, Matter("searches:own", "Your searches waiting for approval", _own))
