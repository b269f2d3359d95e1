"""Retention in the navigation; what waits for people about it, for the home page."""

from plateward.core.db.any_row import AnyRow
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.navigation import Link, Section, Viewer
from plateward.people.permissions import Permission
from plateward.people.waiting import Matter, Waiting, if_any
from plateward.work.retention.holding import holds_for
from plateward.work.retention.models import DestructionOrder, Hold, Schedule
from plateward.work.retention.storage.models import Storage


@enforces("6.h.i/terms")
@if_any(lambda: Schedule.objects.filter(decided_at=None))
def _schedule(_: Viewer) -> Waiting:
    return Waiting.among(Schedule.objects.filter(decided_at=None), "proposed_at")


@if_any(Hold.objects.live)
def _holds(viewer: Viewer) -> Waiting:
    """The person's own, from the day of their review on."""
    own = holds_for(viewer.person).live().filter(owner=viewer.person)
    due = [hold.next_review for hold in own if hold.next_review <= days.today()]
    return Waiting.of(due=(days.end_of(day) for day in due))


@enforces("6.h.ii/storage")
@if_any(lambda: Storage.objects.filter(ended_at=None))
def _storage(_: Viewer) -> Waiting:
    """Storage systems whose yearly check is overdue, for the administrator."""
    live = Storage.objects.filter(ended_at=None).prefetch_related("checks")
    return Waiting.of(due=(days.end_of(row.due_on) for row in live if row.is_overdue))


SCHEDULE = Matter("retention:decide", "Retention schedules to decide", _schedule, "retention:index")
HOLDS = Matter("retention:holds", "Legal holds to review", _holds)
STORAGE = Matter("retention:storage_check", "Storage vendors to check", _storage, "retention:storage")
MATTERS = (SCHEDULE, HOLDS, STORAGE)
ANY_ORDER = AnyRow(DestructionOrder.objects.waiting)


def _to_decide(viewer: Viewer) -> int:
    decides = Permission.RETENTION_APPROVE in viewer.person.permissions
    return SCHEDULE.count(viewer) if decides else 0


def _orders(_: Viewer) -> int:
    return DestructionOrder.objects.waiting().count() if ANY_ORDER() else 0


def _to_check(viewer: Viewer) -> int:
    administers = Permission.RETENTION_ADMINISTER in viewer.person.permissions
    return STORAGE.count(viewer) if administers else 0


SECTION = Section(
    "Retention",
    (Link("retention:index", "Retention", _to_decide), Link("retention:holds", "Retention", HOLDS.count)),
    frozenset({"retention"}),
    (
        Link("retention:index", "Overview", _to_decide),
        Link("retention:holds", "Legal holds", HOLDS.count),
        Link("retention:evidence", "Evidence"),
        Link("retention:orders", "Destruction orders", _orders),
        Link("retention:certificates", "Certificates"),
        Link("retention:storage", "Storage", _to_check),
    ),
)
