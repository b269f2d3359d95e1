"""What became of many alerts, in six database queries; and of those of each deployment of a reader, in three."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from plateward.field.fleet.models import WITH_TIMES, Deployment
from plateward.field.hotlists.models import is_own
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.placement import DeploymentTimes
from plateward.ground.wire.where import is_in_force
from plateward.work.alerts.closing.account import EnforcementKind
from plateward.work.alerts.closing.models import Enforcement
from plateward.work.alerts.confirming.models import Fault
from plateward.work.alerts.facts import AlertOutcome, FaultKind, VerificationAnswer, VerificationSource
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.outcomes.rules import AlertProgress, verdict
from plateward.work.alerts.verifying.models import Denial, EntryAnswer, Verification

BY_HUB = {Denial.Cause.INACTIVE: AlertOutcome.STALE}
COLUMNS = (
    "pk",
    "reader",
    "entry__hotlist",
    "kind",
    "arrived_at",
    "confirmation__agrees",
    "confirmation__at",
    "recall__at",
    "recall__closes",
    "denial__at",
    "denial__closes",
    "denial__cause",
    "entry__hotlist__kind",
    "entry__nic",
)


def progress_of(alerts: QuerySet[Alert], since: datetime) -> list[AlertProgress]:
    """These alerts since then, without historical ones: nobody could see their vehicles."""
    live = alerts.filter(arrived_at__gte=since, historical=False)
    verifications = Verification.objects.filter(alert__in=live).order_by("pk")
    # No record at FMCSA says nothing about the list's entry.
    answers = verifications.exclude(
        source=VerificationSource.FMCSA, answer=VerificationAnswer.NO_RECORD
    ).values_list("alert", "answer", "at")
    latest: dict[int, tuple[bool, datetime]] = {}
    hits = set()
    for alert, answer, at in answers:
        on_file = verdict(VerificationAnswer(answer))
        if on_file is not None:
            latest[alert] = on_file, latest[alert][1] if alert in latest else at
        if on_file:
            hits.add(alert)
    words = EntryAnswer.objects.filter(request__alert__in=live).order_by("pk")
    vouched = dict(words.values_list("request__alert", "active"))
    stale = set(Fault.objects.filter(kind=FaultKind.STALE, alert__in=live).values_list("alert", flat=True))
    # A returned disposition ends nothing; the one that completes it does.
    said_of = Disposition.objects.filter(alert__in=live).exclude(review__returned=True)
    ends = {pk: (outcome, at) for pk, outcome, at in said_of.values_list("alert", "outcome", "at")}
    rows = []
    for row in live.order_by("pk").values_list(*COLUMNS).iterator(5000):
        pk, reader, hotlist, kind, arrived, agrees, read_at, recalled, closes, *ending = row
        denied, denial_closes, cause, list_kind, nic = ending
        on_file, verified_at = latest.get(pk, (None, None))
        absent = on_file is False and is_own(list_kind, nic)
        if absent:
            on_file = vouched.get(pk, pk in hits or None)
        by_hub = (BY_HUB.get(cause, AlertOutcome.NOT_VERIFIED), denied) if denial_closes else (None, None)
        outcome, closed = ends.get(pk, by_hub)
        rows.append(
            AlertProgress(
                reader=reader,
                hotlist=hotlist,
                kind=kind,
                arrived_at=arrived,
                agrees=agrees,
                read_at=read_at,
                verdict=False if pk in stale or denied else on_file,
                absent=absent,
                verified_at=verified_at,
                outcome=AlertOutcome(outcome) if outcome else None,
                closed_at=closed or (recalled if closes else None),
                recalled=recalled is not None,
            )
        )
    return rows


@dataclass
class DeploymentResults:
    """A deployment with the number of its alerts, and of enforcement actions because of them, arrests among these."""

    deployment: Deployment
    alerts: int = 0
    enforcement: int = 0
    arrests: int = 0


@enforces("6.b.i.5/results")
def results_of_deployments(alerts: QuerySet[Alert], since: datetime) -> list[DeploymentResults]:
    """Of every deployment that was in force since then, the most arrests first. An alert counts where its reader was
    when it captured the plate: of several deployments at once, for the one recorded last."""
    live = alerts.filter(arrived_at__gte=since, historical=False)
    rows = Deployment.objects.in_force_since(since).filter(begins_at__lte=clock.now())
    results = [DeploymentResults(row) for row in rows.select_related("reader", *WITH_TIMES).order_by("-pk")]
    of_reader = defaultdict[int, list[tuple[DeploymentTimes, DeploymentResults]]](list)
    for result in results:
        if times := result.deployment.times:
            of_reader[result.deployment.reader_id].append((times, result))
    by_alert: dict[int, DeploymentResults] = {}
    for pk, reader, at in live.values_list("pk", "reader", "captured_at"):
        for times, result in of_reader[reader]:
            if is_in_force(times, at):
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
