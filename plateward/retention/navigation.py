"""Retention in the navigation: one entry, and its pages in the second row."""

from plateward.navigation import Link, Section, Viewer
from plateward.people import days
from plateward.people.permissions import Permission
from plateward.retention.holding import holds_for
from plateward.retention.models import DestructionOrder
from plateward.retention.scheduling import waiting_schedule


def _waiting(viewer: Viewer) -> int:
    decides = Permission.RETENTION_APPROVE in viewer.person.permissions
    return int(decides and waiting_schedule() is not None)


def _holds_to_review(viewer: Viewer) -> int:
    own = holds_for(viewer.person).live().filter(owner=viewer.person)
    return sum(hold.next_review <= days.today() for hold in own)


INDEX = Link("retention:index", "Overview", _waiting)
HOLDS = Link("retention:holds", "Legal holds", _holds_to_review)
SECTION = Section(
    "Retention",
    (Link("retention:index", "Retention", _waiting), Link("retention:holds", "Retention", _holds_to_review)),
    frozenset({"retention"}),
    (
        INDEX,
        HOLDS,
        Link("retention:evidence", "Evidence"),
        Link("retention:orders", "Destruction orders", lambda _: DestructionOrder.objects.waiting().count()),
        Link("retention:certificates", "Certificates"),
    ),
)
