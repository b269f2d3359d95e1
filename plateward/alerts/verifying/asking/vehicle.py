"""What read and entry say about the vehicle."""

from plateward.alerts.models import Alert
from plateward.alerts.verifying import rules
from plateward.reads.store import ReadKey, configured_store


def is_commercial(alert: Alert) -> bool:
    """Whether either says that it is commercial."""
    stored = configured_store().get(ReadKey(alert.captured_at.date(), alert.read))
    kind = stored.read.vehicle.kind.value if stored and stored.read.vehicle.kind else ""
    return rules.is_commercial(kind, alert.entry.vehicle, alert.entry.plate_type)
