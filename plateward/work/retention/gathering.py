"""What the database and the read store know of a day, for the clocks. Writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery

from plateward.core.cases.rules import bare, normalized
from plateward.field.reads.areas import Circle
from plateward.field.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery, ReadSummary, Span
from plateward.field.reads.store import configured_store
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import person_key
from plateward.work.alerts.holds import HitOnRead, hits_on
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.evidence.dems.models import Duty
from plateward.work.evidence.dems.rules import IN_DEMS
from plateward.work.retention.deciding import SPANS, CaseEnd, HoldKind, SignedOrder, still_orders
from plateward.work.retention.models import Adjudication, Hold, OrderItem
from plateward.work.retention.rules import DayFacts, Hit, Term, start_of
from plateward.work.retention.scheduling import terms_in_force

AT_ONCE = 5000
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class CaseFacts:
    """The numbers that tag an alert: each of `tags` must be adjudicated; `numbers`: all by which it is known;
    `captured_at`: when the last of its reads was taken."""

    tags: tuple[str, ...]
    numbers: frozenset[str]
    captured_at: datetime


def cases_of(alerts: Collection[int]) -> dict[int, CaseFacts]:
    """By the number of the alert: those of all its exports that DEMS has or had, and the current one, of the export,
    the call, or else the hot list entry; if there is none, those of the adjudications that name the alert."""
    named: dict[int, list[str]] = defaultdict(list)
    for alert, number in Adjudication.objects.filter(alert__in=alerts).values_list("alert", "number"):
        if alert and number not in named[alert]:
            named[alert].append(number)
    sightings = Sighting.objects.filter(alert=OuterRef("pk")).order_by("-captured_at")
    rows = Alert.objects.filter(pk__in=alerts).annotate(last=Subquery(sightings.values("captured_at")[:1]))
    rows = rows.select_related("entry", "dems_duty", "link__call")
    return {
        row.pk: _case_of(row, named.get(row.pk, []), max(filter(None, (row.captured_at, row.last))))
        for row in rows.prefetch_related("dems_duty__steps")
    }


def _case_of(alert: Alert, named: list[str], captured_at: datetime) -> CaseFacts:
    duty, link = getattr(alert, "dems_duty", None), getattr(alert, "link", None)
    exported = [step.number for step in duty.steps.all()] if duty else []
    own = (duty.tag if duty else "") or (link.call.number if link else "") or alert.entry.number
    tags: dict[str, str] = {}
    for number in filter(None, [*(_numbers_in_dems(duty) if duty else []), own] if own else named):
        tags.setdefault(bare(normalized(number)), number)
    known = [
        *tags.values(),
        *exported,
        duty.number if duty else "",
        link.call.number if link else "",
        alert.entry.number,
    ]
    numbers = frozenset(bare(normalized(number)) for number in known if number)
    return CaseFacts(tuple(tags.values()), numbers, captured_at)


def _numbers_in_dems(duty: Duty) -> list[str]:
    """Under which numbers it was exported, each as DEMS acknowledged it or a supervisor confirmed it."""
    numbers, exported = [], ""
    for step in duty.steps.all():
        exported = step.number or exported
        if step.kind in IN_DEMS:
            numbers.append(exported)
    return numbers


def ended_cases(at: datetime | None = None) -> dict[str, CaseEnd]:
    """The cases that are over, or were `at` a moment, as bare numbers: a case's last row counts."""
    last = {row.bare: row for row in _until(Adjudication.objects.order_by("pk"), "at", at)}
    return {number: CaseEnd(row.at, row.by) for number, row in last.items() if row.final}


def ends_of(case: CaseFacts, ended: Mapping[str, CaseEnd]) -> dict[str, CaseEnd | None]:
    """By each number that tags the evidence, how its case ended; None: it is open. What ended before the last
    read was taken did not decide about it."""
    ends = {tag: ended.get(bare(normalized(tag))) for tag in case.tags}
    return {tag: end if end and end.at >= case.captured_at else None for tag, end in ends.items()}


def standing_orders(at: datetime | None = None) -> dict[int, list[SignedOrder]]:
    """By alert, the orders that name it and are not revoked, or were not `at` a moment; the first first."""
    unrevoked = Q(order__revoked_at=None) if at is None else _not_ended("order__revoked_at", at)
    items = _until(OrderItem.objects.filter(unrevoked), "order__signed_at", at)
    orders: dict[int, list[SignedOrder]] = defaultdict(list)
    for item in items.select_related("order__signed_by").order_by("order"):
        name, by = f"{item.order} ({item.order.document})", person_key(item.order.signed_by)
        orders[item.alert_id].append(SignedOrder(name, item.order.signed_at, by))
    return orders


def _until(rows: "QuerySet[Row]", column: str, at: datetime | None) -> "QuerySet[Row]":
    """Without a moment, all of them: what another node recorded by a clock a little ahead counts at once."""
    return rows if at is None else rows.filter(**{f"{column}__lte": at})


def _not_ended(column: str, at: datetime) -> Q:
    return Q(**{column: None}) | Q(**{f"{column}__gt": at})


@dataclass(frozen=True)
class Keeping:
    """What keeps reads, as of one moment, for all days: read it again under the lock."""

    terms: tuple[Term, ...]
    holds: tuple[Hold, ...]
    orders: Mapping[int, Sequence[SignedOrder]]  # that are not revoked, by alert
    ended: Mapping[str, CaseEnd]  # the cases that are over, as bare numbers
    not_exported: Collection[int]  # the alerts whose DEMS export is due

    @classmethod
    def now(cls) -> "Keeping":
        """As it is now."""
        return cls.at(None)

    @classmethod
    def at(cls, at: datetime | None) -> "Keeping":
        """As it was then: what people have ended or signed since kept reads until they did."""
        holds = Hold.objects.live() if at is None else Hold.objects.filter(_not_ended("lifted_at", at))
        return cls(
            terms_in_force(at),
            tuple(_until(holds, "placed_at", at).select_related("alert", "duty")),
            standing_orders(at),
            ended_cases(at),
            frozenset(Duty.objects.open(at).values_list("alert", flat=True)),
        )

    def spans_on(self, day: date) -> set[int]:
        """The holds on a plate, camera or place that cover any time of this day."""
        return {hold.pk for hold in self.holds if query_of(hold, day)}

    def without_spans(self) -> "Keeping":
        """What keeps reads by what the hub's database has alone, without a question to the read store."""
        return replace(self, holds=tuple(hold for hold in self.holds if hold.kind not in SPANS))

    @enforces("6.h.ii/enforcement", "6.b.i.2/hold")
    def keeps_on(self, day: date) -> list[str]:
        """The holds on this day and its evidence that no order released, without a question to the read store."""
        facts = self.without_spans().facts_on(day)
        spans = self.spans_on(day)
        holds = {str(hold) for hold in self.holds if hold.pk in spans} | {*chain(*facts.holds.values())}
        return [*sorted(holds), *sorted(set(facts.evidence.values()))]

    @enforces("6.h.ii/enforcement", "6.b.i.2/hold")
    def facts_on(self, day: date) -> DayFacts:
        """All that is known of the reads of this day. Raises what the read store raises: then nothing may go."""
        day_hits = hits_on(day)
        hits: dict[UUID, list[Hit]] = defaultdict(list)
        evidence: dict[UUID, str] = {}
        ordered: dict[UUID, str] = {}
        cases = cases_of({hit.alert for hit in day_hits if hit.acted_at or self._case_holds})
        for hit in day_hits:
            hits[hit.read].append(Hit(hit.at, hit.hotlist, hit.by_fmcsa))
            if hit.acted_at:
                release = self._release(hit.alert, cases[hit.alert], hit.acted_at)
                if isinstance(release, SignedOrder):
                    ordered[hit.read] = release.name
                else:
                    evidence[hit.read] = f"Evidence of alert {hit.alert}, until {' and '.join(release)}"
        return DayFacts(day, hits, evidence, self._held(day, day_hits, cases), ordered)

    def _release(self, alert: int, case: CaseFacts, acted_at: datetime) -> SignedOrder | list[str]:
        """The order that releases this evidence, or what is missing until some does."""
        ends = ends_of(case, self.ended)
        missing = [f"the adjudication of case {tag}" for tag, end in ends.items() if end is None]
        if not ends:
            missing = ["a case number"]
        order, stale = None, ""
        for signed in self.orders.get(alert, ()):
            decision = still_orders(signed, [end for end in ends.values() if end], acted_at)
            if isinstance(decision, Refusal):
                stale = decision.reason
            else:
                order = signed
        if order is None:
            missing.append(
                f"a new destruction order ({stale.rstrip('.')})" if stale else "a destruction order"
            )
        if alert in self.not_exported:  # DEMS may have lost its item since the order was signed
            missing.append("its export to DEMS")
        return missing if missing or order is None else order

    @cached_property
    def _case_holds(self) -> list[Hold]:
        return [hold for hold in self.holds if hold.kind == HoldKind.CASE]

    def _held(
        self, day: date, day_hits: Iterable[HitOnRead], cases: Mapping[int, CaseFacts]
    ) -> dict[UUID, list[str]]:
        held: dict[UUID, list[str]] = defaultdict(list)
        for hold in self.holds:
            for read in reads_of(hold, day, day_hits, cases):
                held[read].append(str(hold))  # its basis is for those who may see the hold
        return held


@enforces("6.h.ii/held")
def reads_of(
    hold: Hold, day: date, day_hits: Iterable[HitOnRead], cases: Mapping[int, CaseFacts]
) -> set[UUID]:
    """The reads of that day that a hold covers. `day_hits`: the day's hits; `cases`: of their alerts."""
    match HoldKind(hold.kind):
        case HoldKind.ALERT:
            return {hit.read for hit in day_hits if hit.alert == hold.alert_id}
        case HoldKind.CASE:
            number = bare(normalized(hold.number))
            return {hit.read for hit in day_hits if number in cases[hit.alert].numbers}
        case HoldKind.EXPORT:
            return hold.leads.get(day, set())
    query = query_of(hold, day)
    if query is None:
        return set()
    rows = configured_store().stream(query, Order.OLDEST)
    return {row.id for row in rows if isinstance(row, ReadSummary)}


def query_of(hold: Hold, day: date) -> ReadQuery | None:
    """What a hold on a plate, camera or place asks of a day; None: its time is another."""
    if hold.since is None or hold.until is None:
        return None
    begin = start_of(day)
    since, until = max(hold.since, begin), min(hold.until, begin + timedelta(days=1))
    if until <= since:
        return None
    return ReadQuery(
        Span(since, until),
        plate=PlateQuery(hold.plate, PlateMatch.FOLDED) if hold.kind == HoldKind.PLATE else None,
        cameras=frozenset({hold.camera} if hold.kind == HoldKind.CAMERA else ()),
        area=area_of(hold) if hold.kind == HoldKind.PLACE else None,
    )


def area_of(hold: Hold) -> Circle:
    """The place that a hold covers."""
    return Circle(hold.lat or 0.0, hold.lon or 0.0, hold.meters or 1.0)  # a hold on a place has all three


def read_ids(day: date) -> Iterator[UUID]:
    """Every read of a day, in the order of their ids. Raises DayDestroyed."""
    after = b""
    while rows := configured_store().raw_rows(day, after, AT_ONCE):
        yield from (UUID(bytes=bytes(row[0])) for row in rows)
        after = bytes(rows[-1][0])


def reads_by_day(alerts: Collection[int]) -> dict[date, set[UUID]]:
    """The reads that raised or joined these alerts, by their UTC day."""
    reads: dict[date, set[UUID]] = defaultdict(set)
    for kind, column in ((Alert, "pk__in"), (Sighting, "alert__in")):
        for read, at in kind.objects.filter(**{column: alerts}).values_list("read", "captured_at"):
            reads[at.date()].add(read)
    return reads


def stored_reads(reads: Mapping[date, Collection[UUID]], at_most: int) -> int:
    """How many of these reads are still stored, counted up to `at_most`. Raises DayLost: a day that is missing is not
    destroyed."""
    store, stored = configured_store(), 0
    for day in sorted(reads.keys() & set(store.days())):
        stored += len(store.stored_ids(day, reads[day]))
        if stored >= at_most:
            return at_most
    return stored
