"""What became of many alerts, in six questions to the database."""

from datetime import datetime

from django.db.models import QuerySet

from plateward.alerts.confirming.models import Fault
from plateward.alerts.facts import Answer, FaultKind, Outcome, Source
from plateward.alerts.models import Alert, Disposition, Verification
from plateward.alerts.outcomes.rules import Ended, verdict
from plateward.alerts.verifying.models import Denial, EntryAnswer
from plateward.hotlists.models import is_own

BY_HUB = {Denial.Cause.INACTIVE: Outcome.STALE}
FACTS = (
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


def ended(alerts: QuerySet[Alert], since: datetime) -> list[Ended]:
    """These alerts since then. A historical one is left out: its vehicle was not there to be seen."""
    live = alerts.filter(arrived_at__gte=since, historical=False)
    asked = Verification.objects.filter(alert__in=live).order_by("pk")
    # What FMCSA does not know says nothing of the list's entry.
    answers = asked.exclude(source=Source.FMCSA, answer=Answer.NO_RECORD).values_list("alert", "answer", "at")
    last: dict[int, tuple[bool, datetime]] = {}
    hits = set()
    for alert, answer, at in answers:
        said = verdict(Answer(answer))
        if said is not None:
            last[alert] = said, last[alert][1] if alert in last else at
        if said:
            hits.add(alert)
    words = EntryAnswer.objects.filter(request__alert__in=live).order_by("pk")
    vouched = dict(words.values_list("request__alert", "active"))
    stale = set(Fault.objects.filter(kind=FaultKind.STALE, alert__in=live).values_list("alert", flat=True))
    # One that was returned is no end: what completes it is.
    said_of = Disposition.objects.filter(alert__in=live).exclude(review__returned=True)
    ends = {pk: (outcome, at) for pk, outcome, at in said_of.values_list("alert", "outcome", "at")}
    found = []
    for row in live.order_by("pk").values_list(*FACTS).iterator(5000):
        pk, reader, hotlist, kind, arrived, agrees, read_at, recalled, closes, *ending = row
        denied, denial_closes, cause, list_kind, nic = ending
        said, verified_at = last.get(pk, (None, None))
        absent = said is False and is_own(list_kind, nic)
        if absent:
            said = vouched.get(pk, pk in hits or None)
        by_hub = (BY_HUB.get(cause, Outcome.NOT_VERIFIED), denied) if denial_closes else (None, None)
        outcome, closed = ends.get(pk, by_hub)
        found.append(
            Ended(
                reader=reader,
                hotlist=hotlist,
                kind=kind,
                arrived_at=arrived,
                agrees=agrees,
                read_at=read_at,
                verdict=False if pk in stale or denied else said,
                absent=absent,
                verified_at=verified_at,
                outcome=Outcome(outcome) if outcome else None,
                closed_at=closed or (recalled if closes else None),
                recalled=recalled is not None,
            )
        )
    return found
