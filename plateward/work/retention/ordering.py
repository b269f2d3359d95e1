"""Adjudications recorded, destruction orders signed and revoked, each an act with its entry; and what keeps the reads
that a signed order names."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.core.cases.rules import bare, normalized
from plateward.core.db.locking import change_row, lock_name, lock_row
from plateward.field.reads.losses import acknowledged_losses
from plateward.field.reads.store import configured_store
from plateward.ground import clock
from plateward.ground.errors import ActError, PlatewardError
from plateward.ground.policy.decision import Allow, Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.actor_names import person_key
from plateward.people.models import Person
from plateward.work.alerts.holds import acted_at_of, acted_upon
from plateward.work.alerts.models import Alert
from plateward.work.evidence.dems.models import Duty
from plateward.work.retention import deciding
from plateward.work.retention.deciding import CaseOutcome, EvidenceFacts, still_orders
from plateward.work.retention.gathering import (
    Keeping,
    cases_of,
    ended_cases,
    ends_of,
    reads_by_day,
    standing_orders,
    stored_reads,
)
from plateward.work.retention.lock import retention_lock
from plateward.work.retention.models import Adjudication, DestructionOrder, OrderItem
from plateward.work.retention.rules import Claim, DayFacts, Ground, claims_on


@enforces("6.h.ii/enforcement", "6.b.i.2/hold")
def evidence_alerts() -> "QuerySet[Alert, Alert]":
    """The alerts whose reads are evidence, or were until an order was carried out: an investigation or enforcement
    began on them."""
    return Alert.objects.filter(acted_upon())


@enforces("6.h.ii/enforcement")
def record_adjudication(
    actor: PersonActor,
    number: str,
    court: str,
    outcome: CaseOutcome,
    decided_on: date,
    alert: int | None = None,
) -> Adjudication:
    """Record how a case ended, or that it is open again. `alert`: evidence of the case that no case tags. Raises
    Refused, ActError."""
    number = normalized(number)
    with retention_lock(), act(actor, Event.ADJUDICATION_RECORD, f"case:{number}") as entry:
        entry.note(court=court, outcome=outcome.value, decided_on=decided_on.isoformat(), alert=alert)
        named = _untagged(alert) if alert else None
        require(
            deciding.may_adjudicate(
                court,
                decided_on,
                days.today(),
                known=named is not None or bare(number) in known_cases(),
                outcome=outcome,
                adjudicated=bare(number) in ended_cases(),
            )
        )
        return Adjudication.objects.create(
            number=number,
            bare=bare(number),
            alert=named,
            court=court.strip(),
            outcome=outcome,
            decided_on=decided_on,
            by=actor.key,
        )


def _untagged(alert: int) -> Alert:
    named = evidence_alerts().filter(pk=alert).first()
    if named is None:
        raise ActError(f"Alert {alert} is not evidence. Check the number.", "alert")
    if tags := cases_of({alert})[alert].tags:
        raise ActError(f"Alert {alert} is tagged with {tags[0]}. Leave this empty.", "alert")
    return named


def known_cases() -> set[str]:
    """The cases, as bare numbers, that tag evidence."""
    alerts = set(evidence_alerts().values_list("pk", flat=True))
    return {bare(normalized(tag)) for case in cases_of(alerts).values() for tag in case.tags}


def cases_without_outcome(alerts: "QuerySet[Alert, Alert]") -> list[str]:
    """The cases that tag evidence among these alerts, and are not adjudicated."""
    keys = set(alerts.filter(acted_upon()).values_list("pk", flat=True))
    ended = ended_cases()
    ends = [end for case in cases_of(keys).values() for end in ends_of(case, ended).items()]
    return sorted({tag for tag, end in ends if end is None})


@dataclass(frozen=True)
class Evidence:
    """An alert that is evidence, and what an order for it still needs."""

    alert: Alert
    facts: EvidenceFacts

    @property
    def missing(self) -> list[str]:
        """What is missing until an order can be signed."""
        return deciding.missing_for(self.facts)

    @property
    def open_cases(self) -> list[str]:
        """Those of it that an adjudication would close."""
        return [number for number, adjudicated in self.facts.cases if not adjudicated]

    @property
    def other_missing(self) -> list[str]:
        """What else is."""
        return self.missing[len(self.open_cases) :]

    @property
    def barred(self) -> Refusal | None:
        """Why this signer may not order it to be destroyed, if so."""
        return deciding.why_not_yet(self.facts)


def evidence_of(alerts: Iterable[Alert], signer: Person | None = None) -> list[Evidence]:
    """What an order needs to know of these alerts."""
    rows = list(alerts)
    keys = {alert.pk for alert in rows}
    cases, ended, orders = cases_of(keys), ended_cases(), standing_orders()
    acted = acted_at_of(keys)
    signer_key = person_key(signer) if signer else ""
    due = set(
        Alert.objects.filter(pk__in=keys, dems_duty__in=Duty.objects.open()).values_list("pk", flat=True)
    )
    made = []
    for alert in rows:
        ends, acted_at = ends_of(cases[alert.pk], ended), acted.get(alert.pk)
        over = [end for end in ends.values() if end]
        ordered = (
            acted_at is not None
            and len(over) == len(ends)
            and any(
                isinstance(still_orders(order, over, acted_at), Allow) for order in orders.get(alert.pk, ())
            )
        )
        facts = EvidenceFacts(
            name=f"alert {alert.pk}",
            is_evidence=acted_at is not None and not ordered,
            cases=tuple((tag, end is not None) for tag, end in ends.items()),
            recorder=signer_key in {end.by for end in over},
            due=alert.pk in due,
            ordered=ordered,
        )
        made.append(Evidence(alert, facts))
    return made


@enforces("6.h.ii/order")
def due_for_order(alerts: "QuerySet[Alert, Alert]", signer: Person) -> list[Evidence]:
    """The evidence among these alerts that lacks nothing but a signed order, the oldest first; with what bars this
    signer."""
    rows = evidence_of(alerts.order_by("captured_at", "pk"), signer)
    return [row for row in rows if row.facts.is_evidence and not row.missing]


@enforces("6.h.ii/order", "6.c.i.1/role", "6.b.i.9/records")
def sign_order(actor: PersonActor, alerts: Collection[int], document: str, reason: str) -> DestructionOrder:
    """Sign a destruction order for the reads of these alerts: a run destroys them once no hold, reopened case or
    term keeps them. Raises Refused."""
    with retention_lock(), act(actor, Event.ORDER_SIGN, "orders", reason=reason) as entry:
        lock_name("retention.orders")
        entry.note(alerts=sorted(alerts), document=document)
        rows = list(Alert.objects.filter(pk__in=alerts).order_by("pk"))
        if unknown := set(alerts) - {alert.pk for alert in rows}:
            raise ActError(f"There is no alert {min(unknown)}. Reload this page.")
        evidence = evidence_of(rows, actor.person)
        cases = {bare(normalized(tag)) for one in evidence for tag, _ in one.facts.cases}
        require(as_recorded(*rows, *Adjudication.objects.filter(bare__in=cases)))
        items = [one.facts for one in evidence]
        require(deciding.may_sign_order(items, document, reason))
        order = DestructionOrder.objects.create(
            document=document.strip(), reason=reason.strip(), signed_by=actor.person
        )
        OrderItem.objects.bulk_create(OrderItem(order=order, alert=alert) for alert in rows)
        entry.note(order=order.pk)
    return order


@enforces("6.h.ii/order")
def revoke_order(actor: PersonActor, order: DestructionOrder, reason: str) -> None:
    """Revoke an order whose run has not come. Raises Refused."""
    with retention_lock(), act(actor, Event.ORDER_REVOKE, f"order:{order.pk}", reason=reason):
        order = lock_row(order)
        done = order.items.exclude(done_at=None).exists()
        require(deciding.may_revoke(reason, revoked=order.revoked_at is not None, done=done))
        change_row(order, revoked_at=clock.now(), revoked_by=actor.key, revoked_reason=reason.strip())


@enforces("6.h.ii/order")
def open_items() -> list[OrderItem]:
    """What no run has carried out yet."""
    items = OrderItem.objects.filter(done_at=None, order__revoked_at=None)
    return list(items.select_related("order", "alert").order_by("pk"))


@enforces("6.h.ii/order")
def end_item(item: OrderItem, actor: Actor, now: datetime) -> list[str]:
    """Note that an order is carried out for an alert if none of its reads is left. Raises DayLost if they are missing
    without having been destroyed; once the Chief acknowledged that loss, returns why the order waits. `now`: when the
    run began."""
    reads = reads_by_day({item.alert_id})
    if lost := reads.keys() & acknowledged_losses().keys():
        names = " and ".join(map(clock.format_day, sorted(lost)))
        return [
            f"{item.order} waits: reads of {names} are lost, and what is left of that day, such as photographs and "
            "key, is destroyed once nothing keeps any read of it."
        ]
    if stored_reads(reads, 1):
        return []
    with act(actor, Event.ORDER_COMPLETE, f"order:{item.order_id}") as entry:
        entry.note(alert=item.alert_id)
        change_row(lock_row(item), done_at=max(now, clock.now()))
    return []


@enforces("6.h.ii/order")
def waits_of(orders: Iterable[DestructionOrder]) -> dict[int, list[str]]:
    """By each order that is neither revoked nor carried out, what it waits for; nothing: the next run."""
    open_alerts = {
        order.pk: {item.alert_id for item in order.items.all() if item.done_at is None}
        for order in orders
        if order.revoked_at is None
    }
    keeping = Keeping.now()
    return {order: _waits(alerts, keeping) for order, alerts in open_alerts.items() if alerts}


def signed_words(alerts: Collection[int]) -> dict[int, str]:
    """For each of these alerts that a standing order names, what is left to happen."""
    items = OrderItem.objects.filter(alert__in=alerts, order__revoked_at=None).select_related("order")
    orders = {item.alert_id: item.order for item in items.order_by("order")}  # the last counts
    waits = waits_of(set(orders.values()))
    return {
        alert: f"Nothing. Order {order.pk} signed; "
        + ("; ".join(waits.get(order.pk, [])) or "the next run destroys the reads")
        for alert, order in orders.items()
    }


def _waits(alerts: Collection[int], keeping: Keeping) -> list[str]:
    ends = [end for case in cases_of(alerts).values() for end in ends_of(case, keeping.ended).items()]
    waits = [f"case {tag} reopened" for tag in sorted({tag for tag, end in ends if end is None})]
    reopened, now = bool(waits), clock.now()
    term_ends = list[datetime]()
    stored = set(configured_store().days())
    for day, reads in sorted(reads_by_day(alerts).items()):
        if day not in stored:
            continue
        try:
            facts = keeping.facts_on(day)
        except PlatewardError:
            waits.append(f"reads of {clock.format_day(day)}, which cannot be read")
            continue
        for claim in _live_claims(reads, keeping, facts, now):
            if claim.until is not None:
                term_ends.append(claim.until)
            elif claim.ground is not Ground.EVIDENCE or not reopened:  # evidence: of another alert
                waits.append(claim.why)
    if term_ends:  # the longest counts
        waits.append(f"term ends {clock.format_day(days.day_of(max(term_ends)))}")
    return list(dict.fromkeys(waits))


def _live_claims(reads: Iterable[UUID], keeping: Keeping, facts: DayFacts, now: datetime) -> list[Claim]:
    return [
        claim
        for read in sorted(reads)
        for claim in claims_on(read, keeping.terms, facts)
        if claim.is_live(now)
    ]
