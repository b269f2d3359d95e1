"""What waits about people, their access and training, for the navigation and the home page."""

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.models import Access, AccessReview, Recovery, Suspension
from plateward.people.access.orphans.actions import orphans
from plateward.people.access.reviews.table import last_review, table_waiting
from plateward.people.access.rules import WARNINGS
from plateward.people.actor_names import person_key
from plateward.people.agencies import home as agencies
from plateward.people.navigation import Viewer
from plateward.people.notices.actions import overdue_notices
from plateward.people.reach import visible_people
from plateward.people.training.views.due import urgent_rows
from plateward.people.waiting import Matter, Waiting, if_any


@enforces("AC-2/approval")
@if_any(lambda: Access.objects.filter(decision=Access.Decision.WAITING))
def _access_requests(viewer: Viewer) -> Waiting:
    """Requests that this person may decide: not about them, and not their own."""
    waiting = Access.objects.filter(decision=Access.Decision.WAITING).exclude(person=viewer.person)
    return Waiting.among(waiting.exclude(requested_by=person_key(viewer.person)), "requested_at")


@enforces("AC-2/reviewed")
def _access_reviews(_: Viewer) -> Waiting:
    return Waiting.among(AccessReview.objects.filter(closed_at=None), "opened_at", "due")


@enforces("AC-6/reviewed")
def _table(_: Viewer) -> Waiting:
    return table_waiting(last_review())


@enforces("AC-2/disabled")
def _orphans(_: Viewer) -> Waiting:
    """People whose supervisor has left."""
    found = orphans()
    return Waiting.of((orphan.since for orphan in found), (orphan.due for orphan in found))


@enforces("IA-2/people")
@if_any(lambda: Recovery.objects.filter(decision=Recovery.Decision.WAITING))
def _recoveries(viewer: Viewer) -> Waiting:
    """Lost authenticators that wait for a second person."""
    waiting = Recovery.objects.filter(decision=Recovery.Decision.WAITING, lapses__gt=clock.now())
    others = waiting.exclude(person=viewer.person).exclude(asked_by=person_key(viewer.person))
    return Waiting.among(others, "asked_at", "lapses")


@enforces("AC-7/lock")
def _locked(viewer: Viewer) -> Waiting:
    locked = Suspension.objects.filter(kind=Suspension.Kind.LOCKED, ends=None)
    return Waiting.among(locked.exclude(person=viewer.person), "begins")


@enforces("6.d.ii/warned", "AT-2/yearly")
def _training(viewer: Viewer) -> Waiting:
    """Courses of people within reach that are missing, have lapsed, or lapse within the last warning."""
    last_days = (row.last_day for row in urgent_rows(visible_people(viewer.person), WARNINGS[-1].days))
    return Waiting.of(due=(days.end_of(day) if day else None for day in last_days))


@enforces("AC-2/told")
def _unread(_: Viewer) -> Waiting:
    return Waiting.among(overdue_notices(), "told_at")


REQUESTS = Matter("access:waiting", "Access requests to decide", _access_requests)
RECOVERIES = Matter("access:recovery", "Lost authenticators to confirm", _recoveries)
REVIEWS = Matter("access:reviews", "Access reviews", _access_reviews)
LOCKED = Matter("people:log_ins", "Locked accounts", _locked)
ORPHANS = Matter("access:orphans", "People whose supervisor has left", _orphans)
MATTERS = (
    REQUESTS,
    RECOVERIES,
    REVIEWS,
    LOCKED,
    Matter("people:review_table", "Table of permissions to review", _table, "people:matrix"),
    ORPHANS,
    *agencies.MATTERS,
    Matter("training:index", "Courses missing, lapsed or lapsing soon", _training),
    Matter("people:edit", "Notices unread by others for a day", _unread, "access:notices"),
)
