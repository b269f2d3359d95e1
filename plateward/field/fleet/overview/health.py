"""Whether the readers are in contact."""

from plateward.core.jobs.health import Part, Reading, amber, green
from plateward.field.fleet.checks.hub_facts import SILENT_AFTER
from plateward.field.fleet.models import Reader
from plateward.ground import clock


def _readers() -> Reading:
    readers = Reader.objects.filter(revoked_at=None)
    every, since = readers.count(), clock.now() - SILENT_AFTER
    silent = every - readers.filter(last_seen_at__gte=since).count()
    if silent:
        return amber(
            f"{silent} of {every} not connected.",
            "Check power and network of those that should be at work, then their own screen.",
        )
    return green(f"{every} connected.")


PARTS = (Part("readers", "Readers", "6.e.iv", _readers, "fleet:index"),)
