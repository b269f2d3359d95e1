"""What people do with an alert. Each act decides, records and writes in one transaction."""

from dataclasses import asdict

from plateward.core.audit.events import Event
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.work.alerts import models, rules
from plateward.work.alerts.confirming.actions import record_other_class
from plateward.work.alerts.facts import STOPS, ActKind, Facts
from plateward.work.alerts.models import Alert
from plateward.work.alerts.step import step
from plateward.work.alerts.vehicles import ObservedVehicle, compare, differences

NOTHING_SEEN = ObservedVehicle()


@enforces("6.e.iv.3/plate", "6.b.i.9/entries")
def confirm(actor: PersonActor, alert: Alert, plate: str, state: str) -> bool:
    """Record what the operator read from the image; True if it is the listed plate and state."""
    with step(actor, Event.ALERT_CONFIRM, alert) as (locked, entry):
        before = getattr(locked, "confirmation", None)
        read_by = f"{before.by}, {days.format_time(before.at)}" if before else ""
        require(rules.may_confirm(locked.facts(), read_by))
        listed = locked.entry
        read = rules.agreement(plate, state, listed.plate, listed.state)
        models.Confirmation.write(actor, alert=locked, plate=plate, state=state, agrees=read.holds)
        entry.note(plate_agrees=read.plate, state_agrees=read.state)
    return read.holds


@enforces("6.e.iv.3/vehicle", "6.b.i.9/entries")
def observe(
    actor: PersonActor, alert: Alert, *, matches: bool, vehicle: ObservedVehicle = NOTHING_SEEN
) -> Facts:
    """Record whether the plate on the vehicle matches, and what vehicle it is; returns the new facts."""
    with step(actor, Event.ALERT_OBSERVE, alert) as (locked, entry):
        require(rules.may_check(locked.facts()))
        vehicle_fields = asdict(vehicle) if matches else {}
        models.Observation.write(actor, alert=locked, matches=matches, **vehicle_fields)
        record_other_class(locked)
        facts = locked.facts()
        entry.note(
            matches=matches,
            other_class=facts.other_class,
            differs=sorted(facts.unexplained),
            **vehicle_fields,
        )
    return facts


@enforces("6.e.iv.3/vehicle", "6.b.i.9/entries")
def explain(actor: PersonActor, alert: Alert, text: str) -> None:
    """Record why the vehicle differs from its description, for the supervisor who reviews the alert."""
    with step(actor, Event.ALERT_EXPLAIN, alert) as (locked, entry):
        facts = locked.facts()
        entry.note(differs=sorted(facts.unexplained))
        require(rules.may_explain(facts, text))
        rows = compare(locked.observations.latest("pk").seen, locked.described())
        differs = [row.key for row in differences(rows, ())]
        models.Explanation.write(actor, alert=locked, differs=differs, text=text.strip())


@enforces("6.e.iv.3/order", "6.c.i.2/sworn", "6.b.i.9/entries")
def act(actor: PersonActor, alert: Alert, kind: ActKind) -> None:
    """Record that an encounter, an investigation or enforcement begins."""
    with step(actor, Event.ALERT_ACT, alert) as (locked, entry):
        entry.note(kind=str(kind))
        facts = locked.facts()
        require(rules.may_act(facts, clock.now()))
        if kind in STOPS:
            require(rules.may_stop(facts, actor.person.role, actor.person.employment.sworn_here))
        require(rules.is_second_person(actor.person.pk, facts.active_by if facts.verified_by_unit else None))
        models.Act.objects.get_or_create(
            alert=locked, kind=kind, defaults={"by": actor.person, "at": clock.now()}
        )
