"""What became of many alerts, in six database queries."""

from datetime import datetime

from django.db.models import QuerySet

from plateward.alerts.confirming.models import Fault
from plateward.alerts.facts import AlertOutcome, FaultKind, VerificationAnswer, VerificationSource
from plateward.alerts.models import Alert, Disposition, Verification
from plateward.alerts.outcomes.rules import AlertProgress, verdict
from plateward.alerts.verifying.models import Denial, EntryAnswer
from plateward.hotlists.models import is_own

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
