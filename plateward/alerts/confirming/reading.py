"""What the operator read from the image, beside the entry."""

from plateward.alerts.models import Alert
from plateward.alerts.rules import Agreement, agreement


def reading(alert: Alert) -> Agreement | None:
    """None: nobody has read it yet."""
    said = getattr(alert, "confirmation", None)
    return agreement(said.plate, said.state, alert.entry.plate, alert.entry.state) if said else None
