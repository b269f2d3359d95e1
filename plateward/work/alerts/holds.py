"""Which reads have a hit, since when, and which were acted upon: retention asks before it destroys a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import ActKind, AlertOutcome, VerificationSource
from plateward.work.alerts.models import Act, Alert, Disposition, Sighting
from plateward.work.alerts.verifying.models import Verification

ACTED = (ActKind.INVESTIGATION, ActKind.ENFORCEMENT)
TIMES = ("act_at", "end_at", "captured_at", "seen_at")  # of the alert, then of the read
ENDED_WITH = (AlertOutcome.INVESTIGATION, AlertOutcome.ENFORCEMENT)


@dataclass(frozen=True)
class HitOnRead:
    """A read that raised or joined an alert. `at`: the later of its capture and the alert's arrival. `acted_at`: when
    an investigation or enforcement was last recorded on the alert (6.b.i.2); None: never."""

    read: UUID
    alert: int
    at: datetime
    hotlist: int
    by_fmcsa: bool
    acted_at: datetime | None


@enforces("6.b.i.2/hold", "6.h.ii/hits")
def hits_on(day: date) -> list[HitOnRead]:
    """Every hit on a read of that UTC day, historical ones too."""
    start = datetime.combine(day, time.min, UTC)
    within = {"captured_at__gte": start, "captured_at__lt": start + timedelta(days=1)}
    alerts = (
        Alert.objects.filter(**within)
        .annotate(by_fmcsa=_by_fmcsa("pk"), act_at=_act_at("pk"), end_at=_end_at("pk"))
        .values_list("read", "pk", "entry__hotlist", "by_fmcsa", *TIMES, "arrived_at")
    )
    sightings = (
        Sighting.objects.filter(**within)
        .annotate(by_fmcsa=_by_fmcsa("alert"), act_at=_act_at("alert"), end_at=_end_at("alert"))
        .values_list("read", "alert", "alert__entry__hotlist", "by_fmcsa", *TIMES, "alert__arrived_at")
    )
    return [
        HitOnRead(read, alert, max(moments), hotlist, fmcsa, _later(act_at, end_at))
        for read, alert, hotlist, fmcsa, act_at, end_at, *moments in [*alerts, *sightings]
    ]


def _by_fmcsa(alert: str) -> Exists:
    return Exists(Verification.objects.filter(alert=OuterRef(alert), source=VerificationSource.FMCSA))


def acted_upon() -> Q:
    """The alerts on which an investigation or enforcement began, or that ended with one."""
    return Q(Exists(_acts("pk"))) | Q(Exists(_ends("pk")))


def acted_at_of(alerts: Collection[int]) -> dict[int, datetime]:
    """Those of these alerts, each with when that was last recorded."""
    rows = (
        Alert.objects.filter(acted_upon(), pk__in=alerts)
        .annotate(act_at=_act_at("pk"), end_at=_end_at("pk"))
        .values_list("pk", "act_at", "end_at")
    )
    latest = {pk: _later(*moments) for pk, *moments in rows}
    return {pk: at for pk, at in latest.items() if at}


def _acts(alert: str) -> QuerySet[Act]:
    return Act.objects.filter(alert=OuterRef(alert), kind__in=ACTED)


def _ends(alert: str) -> QuerySet[Disposition]:
    """The last disposition, if it is such an end: what it replaced was returned, and says nothing. One that was
    returned and not completed yet counts, since nobody knows better how the alert ended."""
    later = Disposition.objects.filter(alert=OuterRef("alert"), pk__gt=OuterRef("pk"))
    return Disposition.objects.filter(~Exists(later), alert=OuterRef(alert), outcome__in=ENDED_WITH)


def _act_at(alert: str) -> Subquery:
    return Subquery(_acts(alert).order_by("-at").values("at")[:1])


def _end_at(alert: str) -> Subquery:
    return Subquery(_ends(alert).values("at")[:1])


def _later(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
