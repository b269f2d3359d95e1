"""Retention in the navigation: one entry, and its pages in the second row."""

from plateward.core.db.any_row import AnyRow
from plateward.people.navigation import Link, Section, Viewer
from plateward.people.permissions import Permission
from plateward.work.retention import home
from plateward.work.retention.models import DestructionOrder

ANY_ORDER = AnyRow(DestructionOrder.objects.waiting)


def _waiting(viewer: Viewer) -> int:
    decides = Permission.RETENTION_APPROVE in viewer.person.permissions
    return home.SCHEDULE.count(viewer) if decides else 0


def _orders(_: Viewer) -> int:
    return DestructionOrder.objects.waiting().count() if ANY_ORDER() else 0


def _storage(viewer: Viewer) -> int:
    administers = Permission.RETENTION_ADMINISTER in viewer.person.permissions
    return home.STORAGE.count(viewer) if administers else 0


INDEX = Link("retention:index", "Overview", _waiting)
HOLDS = Link("retention:holds", "Legal holds", home.HOLDS.count)
SECTION = Section(
    "Retention",
    (Link("retention:index", "Retention", _waiting), Link("retention:holds", "Retention", home.HOLDS.count)),
    frozenset({"retention"}),
    (
        INDEX,
        HOLDS,
        Link("retention:evidence", "Evidence"),
        Link("retention:orders", "Destruction orders", _orders),
        Link("retention:certificates", "Certificates"),
        Link("retention:storage", "Storage", _storage),
    ),
)
