"""What came of the alerts of each deployment of a reader, in three database queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from plateward import clock
from plateward.alerts.closing.account import EnforcementKind
from plateward.alerts.closing.models import Enforcement
from plateward.alerts.models import Alert
from plateward.fleet.models import Deployment
from plateward.policy.trace import enforces
from plateward.wire.where import is_in_force


@dataclass
class DeploymentResults:
    """A deployment with the number of its alerts, and of enforcement actions because of them, arrests among these."""

    deployment: Deployment
    alerts: int = 0
    enforcement: int = 0
    arrests: int = 0


@enforces("6.b.i.5")
def results_of_deployments(alerts: QuerySet[Alert], since: datetime) -> list[DeploymentResults]:
    """Of every deployment that was in force since then, the most arrests first. An alert counts where its reader was
    when it captured the plate: of several deployments at once, for the one recorded last."""
    live = alerts.filter(arrived_at__gte=since, historical=False)
    lasting = Q(ends_at=None) | Q(ends_at__gt=since)
    begun = Deployment.objects.filter(begins_at__lte=clock.now())
    rows = begun.filter(lasting, Q(ended_at=None) | Q(ended_at__gt=since))
    results = [DeploymentResults(row) for row in rows.select_related("reader").order_by("-pk")]
    of_reader: dict[int, list[DeploymentResults]] = defaultdict(list)
    for result in results:
        of_reader[result.deployment.reader_id].append(result)
    by_alert: dict[int, DeploymentResults] = {}
    for pk, reader, at in live.values_list("pk", "reader", "captured_at"):
        for result in of_reader[reader]:
            if is_in_force(result.deployment, at):
                result.alerts += 1
                by_alert[pk] = result
                break
    actions = Enforcement.objects.filter(disposition__alert__in=live).exclude(
        disposition__review__returned=True
    )
    for alert, kind, count in actions.values_list("disposition__alert", "kind", "count"):
        if counted := by_alert.get(alert):
            counted.enforcement += count
            counted.arrests += count * (kind == EnforcementKind.ARREST)
    return sorted(results, key=lambda item: (-item.arrests, -item.enforcement, -item.alerts))
