"""What people do to an alert. Each act decides, records and writes in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from plateward import clock
from plateward.alerts import models, rules
from plateward.alerts.facts import ActKind, Facts, Stage
from plateward.alerts.models import Alert
from plateward.alerts.outbox import announce
from plateward.alerts.signals import alert_disposed, alert_moved
from plateward.alerts.vehicle.noting import note_other_class
from plateward.alerts.vehicle.rules import Seen, compare, differences
from plateward.audit.events import Event
from plateward.audit.log import Draft
from plateward.audit.log import act as audited
from plateward.audit.who import Who
from plateward.people import days
from plateward.people.models import Person
from plateward.policy.decision import require
from plateward.policy.trace import enforces

NOTHING_SEEN = Seen()


@dataclass(frozen=True)
class Operator:
    """The person who acts, and how the log names them."""

    person: Person
    who: Who


@contextmanager
def step(operator: Operator, event: Event, alert: Alert) -> Iterator[tuple[Alert, Draft]]:
    """One audited step: the alert is locked, so that two people's steps follow one another."""
    with audited(operator.who, event, f"alert:{alert.pk}") as entry:
        locked = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
        yield locked, entry
        settle(locked, operator)
        entry.note(stage=str(locked.stage))
        announce([locked], new=False)


def settle(locked: Alert, operator: Operator | None) -> None:
    """Bring a locked alert's stage up to what is recorded of it, and tell the rooms above; `operator` is None where the
    system moves it."""
    stage = locked.facts().stage
    if stage == locked.stage:
        return
    locked.stage = stage
    locked.save(update_fields=["stage"])
    if stage == Stage.CLOSED:
        alert_disposed.send(sender=Alert, alert=locked, operator=operator)
    else:
        alert_moved.send(sender=Alert, alert=locked)


@enforces("6.e.iv.3", "6.b.i.9")
def confirm(operator: Operator, alert: Alert, plate: str, state: str) -> bool:
    """Record what the operator read from the image; True where it is the listed plate and state."""
    with step(operator, Event.ALERT_CONFIRM, alert) as (locked, entry):
        before = getattr(locked, "confirmation", None)
        read_by = f"{before.by}, {days.told(before.at)}" if before else ""
        require(rules.may_confirm(locked.facts(), read_by))
        listed = locked.entry
        read = rules.agreement(plate, state, listed.plate, listed.state)
        models.Confirmation.objects.create(
            alert=locked, by=operator.person, at=clock.now(), plate=plate, state=state, agrees=read.holds
        )
        entry.note(plate_agrees=read.plate, state_agrees=read.state)
    return read.holds


@enforces("6.e.iv.3", "6.b.i.9")
def observe(operator: Operator, alert: Alert, *, matches: bool, seen: Seen = NOTHING_SEEN) -> Facts:
    """Record whether the plate on the observed vehicle matches, and what vehicle it is; returns what that comes to."""
    with step(operator, Event.ALERT_OBSERVE, alert) as (locked, entry):
        require(rules.may_observe(locked.facts()))
        told = asdict(seen) if matches else {}
        models.Observation.objects.create(
            alert=locked, by=operator.person, at=clock.now(), matches=matches, **told
        )
        note_other_class(locked)
        facts = locked.facts()
        entry.note(matches=matches, other_class=facts.other_class, differs=sorted(facts.unexplained), **told)
    return facts


@enforces("6.e.iv.3", "6.b.i.9")
def explain(operator: Operator, alert: Alert, text: str) -> None:
    """Say why the vehicle differs from its description; the supervisor who looks at the alert reads it."""
    with step(operator, Event.ALERT_EXPLAIN, alert) as (locked, entry):
        facts = locked.facts()
        entry.note(differs=sorted(facts.unexplained))
        require(rules.may_explain(facts, text))
        rows = compare(locked.observations.latest("pk").seen, locked.described())
        models.Explanation.objects.create(
            alert=locked,
            by=operator.person,
            at=clock.now(),
            differs=[row.key for row in differences(rows, ())],
            text=text.strip(),
        )


@enforces("6.e.iv.3", "6.b.i.9")
def act(operator: Operator, alert: Alert, kind: ActKind) -> None:
    """Record that an encounter, an investigation or enforcement begins."""
    with step(operator, Event.ALERT_ACT, alert) as (locked, entry):
        entry.note(kind=str(kind))
        facts = locked.facts()
        require(rules.may_act(facts, clock.now()))
        vouched = locked.vouched if facts.verified_by_unit else None
        require(rules.stands_beside(operator.person.pk, vouched.by_id if vouched else None))
        models.Act.objects.get_or_create(
            alert=locked, kind=kind, defaults={"by": operator.person, "at": clock.now()}
        )
