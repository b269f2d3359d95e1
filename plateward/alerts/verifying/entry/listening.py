"""When an alert ends, stop asking whether its entry is active."""

from typing import Any

from django.dispatch import receiver

from plateward.alerts.models import Alert
from plateward.alerts.signals import alert_disposed, alert_recalled
from plateward.people.notices.actions import settle_matter
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces


@receiver([alert_disposed, alert_recalled])
@enforces("6.e.iv.3")
def settle_entry_request(alert: Alert, **_: Any) -> None:
    """A person or the system may have ended it."""
    settle_matter(Kind.ENTRY_CONFIRM, alert)
