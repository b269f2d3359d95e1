"""Evidence on the log, for the compliance report; and how often events happened, for other rooms' evidence."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from plateward.core.audit.events import Event
from plateward.core.audit.heads import latest_head
from plateward.core.audit.known_heads import accepted_gaps
from plateward.core.audit.models import AuditEntry, Tree
from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST = 100_000  # entries that are counted: no page waits for the count of millions
PERIOD = timedelta(days=30)
SIGNED_WITHIN = timedelta(minutes=10)  # the background worker signs every ten seconds


class BoundedCount(int):
    """A number that was counted up to MOST, and says so. A sum of two is one, too."""

    def __add__(self, other: int) -> "BoundedCount":
        return BoundedCount(min(MOST, int(self) + other))

    def __format__(self, spec: str) -> str:
        return f"{int(self):{spec}}{' or more' if self >= MOST else ''}"


def count_of(rows: "QuerySet[Any]") -> BoundedCount:
    """How many rows there are, at most MOST."""
    return BoundedCount(rows.order_by()[:MOST].count())


def entries_of(*events: Event, **columns: object) -> BoundedCount:
    """How many entries of the last 30 days are of these events. Reads an index alone."""
    return count_of(AuditEntry.objects.filter(at__gte=clock.now() - PERIOD, event__in=events, **columns))


def facts() -> Iterator[Fact]:
    """Its size, the last signed head, and what was refused or could not be written."""
    size = Tree.objects.get().size
    oldest = AuditEntry.objects.filter(sequence=0).first()
    lost = sum(gap.lost - gap.kept for gap in accepted_gaps())
    yield fact(
        "6.b.i.9",
        "AU-2",
        "AU-3",
        text="Entries on the audit log: {entries:,}; of refused requests in the last 30 days: {refused:,}.",
        entries=size,
        refused=count_of(AuditEntry.objects.filter(at__gte=clock.now() - PERIOD, outcome="refused")),
        route="audit:index",
    )
    if oldest:
        yield fact(
            "AU-11",
            text="The oldest entry on the log is of {since}. Entries that a restored database lost, as administrators "
            "accepted it: {lost:,}.",
            since=clock.format_day(oldest.at),
            lost=lost,
            attention="Entries of the log lost: {late:,}. Under Audit log stands who accepted it and why; "
            "exports may still have them.",
            late=lost,
            route="audit:index",
        )
    head = latest_head()
    signed = head.head.size if head else 0
    unsigned = AuditEntry.objects.filter(sequence=signed).first()
    late = unsigned is not None and clock.now() - unsigned.at > SIGNED_WITHIN
    yield fact(
        "6.b.i.9",
        "AU-9",
        text="Last signed head of the log: {signed:,} entries, {signed_at}.",
        signed=signed,
        signed_at=_moment(datetime.fromisoformat(head.head.at)) if head else "never",
        attention="Entries wait for a signed head for more than ten minutes. Check the hub's worker.",
        late=late,
        route="audit:index",
    )
    yield fact(
        "AU-5",
        "6.b.i.10",
        text="Times in the last 30 days that the log could not be written: {outages}. What it should have recorded "
        "was not done.",
        outages=entries_of(Event.AUDIT_OUTAGE),
        route="audit:index",
    )


def _moment(at: datetime) -> str:
    return f"{clock.format_day(at)}, {at:%H:%M} UTC"
