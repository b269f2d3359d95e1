"""Which reads are evidence: retention asks before it destroys a day."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from plateward.alerts.models import Alert, Sighting
from plateward.policy.trace import enforces


@enforces("6.b.i.2", "6.h.ii")
def held_reads(day: date) -> set[UUID]:
    """The reads of that UTC day that raised or joined an alert, historical ones too. They outlive the rest of
    the day; retention decides for how long."""
    start = datetime.combine(day, time.min, UTC)
    within = {"captured_at__gte": start, "captured_at__lt": start + timedelta(days=1)}
    reads: set[UUID] = set()
    for kind in (Alert, Sighting):
        reads |= set(kind.objects.filter(**within).values_list("read", flat=True))
    return reads
