"""When somebody begins with an alert or it ends, its escalation notices are settled."""

from typing import Any

from django.dispatch import receiver

from plateward.alerts.models import Alert
from plateward.alerts.signals import alert_disposed, alert_moved, alert_recalled
from plateward.people.notices.actions import settle_matter
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces


@receiver([alert_moved, alert_disposed, alert_recalled])
@enforces("5.b")
def settle_escalation(alert: Alert, **_: Any) -> None:
    """Its stage is past new; a person or the system moved it."""
    settle_matter(Kind.ALERT_ACKNOWLEDGE, alert)
