"""The operator's reading of the image, compared with the entry."""

from plateward.alerts.models import Alert
from plateward.alerts.rules import Agreement, agreement


def agreement_of(alert: Alert) -> Agreement | None:
    """None: nobody has read it yet."""
    confirmation = getattr(alert, "confirmation", None)
    return (
        agreement(confirmation.plate, confirmation.state, alert.entry.plate, alert.entry.state)
        if confirmation
        else None
    )
