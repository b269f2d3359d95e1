"""What receives signals, in all alert rooms; an import connects it."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.dispatch import receiver

from plateward.field.fleet.officers.signals import alarm_acknowledged
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.notices.actions import settle_matter
from plateward.people.notices.kinds import Kind
from plateward.work.alerts import recall  # noqa: F401
from plateward.work.alerts.arrival import actions as arrival  # noqa: F401
from plateward.work.alerts.audience import alerts as audience  # noqa: F401
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.earlier_reads import actions as earlier_reads  # noqa: F401
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.routing.actions import acknowledge
from plateward.work.alerts.routing.models import Unanswered
from plateward.work.alerts.signals import alert_disposed, alert_moved, alert_recalled


@receiver([alert_moved, alert_disposed, alert_recalled])
@enforces("5.b/reaches")
def settle_escalation(alert: Alert, **_: Any) -> None:
    """Its stage is past new; a person or the system moved it."""
    Unanswered.objects.filter(alert=alert).update(due_at=None)
    settle_matter(Kind.ALERT_ACKNOWLEDGE, alert)


@receiver([alert_disposed, alert_recalled])
def settle_entry_request(alert: Alert, **_: Any) -> None:
    """When an alert ends, nobody needs to say whether its entry is active. A person or the system ended it."""
    settle_matter(Kind.ENTRY_CONFIRM, alert)


@receiver(alarm_acknowledged)
@enforces("5.b/vehicle", "6.b.i.9/entries")
def acknowledge_at_reader(actor: PersonActor, read: UUID, **_: Any) -> None:
    """An officer acknowledged it at the reader's screen: the same as on the pages, of what the officer may see."""
    seen = alerts_for(actor.person).filter(Q(read=read) | Q(sightings__read=read)).exclude(stage=Stage.CLOSED)
    acknowledge(actor, list(seen.distinct().prefetch_related("notifications")))
