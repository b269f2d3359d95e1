"""People's answers to an alert. Each act decides, records and writes in one transaction."""

from datetime import timedelta

from plateward.core.audit.events import Event
from plateward.core.audit.models import Tree
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.audience import list_administrators
from plateward.ground import clock
from plateward.ground.matching.partial import plates_agree
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.work.alerts.confirming import rules
from plateward.work.alerts.confirming.models import Fault
from plateward.work.alerts.facts import FaultKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.recall import people_who_saw
from plateward.work.alerts.step import step
from plateward.work.alerts.vehicles import compare, is_other_class


@enforces("6.e.iv.3/order", "6.b.i.9/entries")
def record_fault(actor: PersonActor, alert: Alert, kind: FaultKind) -> Fault:
    """Record a fault of the alert on its reader or its list, if it is known whose it is. Raises Refused."""
    with step(actor, Event.ALERT_FAULT, alert) as (locked, entry):
        entry.note(kind=str(kind))
        require(rules.may_record_fault(locked.facts(), kind, locked.reading))
        made = write_fault(actor, locked, kind)
        entry.note(of=str(made.of))
    return made


def write_fault(actor: PersonActor, locked: Alert, kind: FaultKind) -> Fault:
    """Within an act that may record it, on a locked alert; notifies whom it concerns."""
    party = _party_at_fault(locked, kind)
    is_problem = party == Fault.Of.READER and _misreads_too_often(locked)
    made = Fault.objects.create(
        alert=locked, kind=kind, of=party, notified=is_problem, by=actor.person, at=clock.now()
    )
    if kind == FaultKind.STALE:
        _notify_owner(actor.person, locked)
    if is_problem:
        _notify_of_misreads(locked.reader)
    return made


def _party_at_fault(alert: Alert, kind: FaultKind) -> Fault.Of:
    """The reader, if it read plate or state differently than a person did; else the list. Not known, if the read that
    would tell is destroyed or lost; where it may come yet, nobody may record a fault."""
    if kind not in (FaultKind.PLATE, FaultKind.STATE):
        return Fault.Of.LIST
    stored = alert.stored.kept
    if stored is None:
        return Fault.Of.UNKNOWN
    confirmation = alert.confirmation
    misread = (kind == FaultKind.PLATE and not plates_agree(confirmation.plate, stored.read.plate)) or (
        kind == FaultKind.STATE and stored.read.state not in (None, confirmation.state)
    )
    return Fault.Of.READER if misread else Fault.Of.LIST


def _notify_owner(by: Person, alert: Alert) -> None:
    """Notify the list's administrator."""
    entry, hotlist = alert.entry, alert.entry.hotlist
    text = (
        f"{by} reports on alert {alert.pk} that {entry} should no longer be on the list “{hotlist}”. Check the "
        "entry and recall it if so."
    )
    notify(list_administrators(hotlist), Kind.ENTRY_DOUBT, text, hotlist)


@enforces("6.f.i.2/on")
def _misreads_too_often(alert: Alert) -> bool:
    """Whether this misread makes its reader's misreads too many."""
    # The act's last lock, taken now: two such acts count each other.
    Tree.objects.select_for_update(no_key=True).get()
    since = clock.now() - timedelta(hours=rules.WITHIN_HOURS)
    every = Fault.objects.filter(of=Fault.Of.READER, alert__reader=alert.reader, at__gt=since)
    recent = every.exclude(alert=alert)  # a misread plate and state count as one misread
    return rules.is_equipment_problem(
        recent.values("alert").distinct().count() + 1, every.filter(notified=True).exists()
    )


@enforces("6.f.i.2/on")
def _notify_of_misreads(reader: Reader) -> None:
    """Notify the administrators, who are responsible for equipment."""
    text = (
        f"Reader {reader.name} (camera {reader.camera}) misread {rules.MAX_MISREADS} plates within a day, as "
        f"found on its alerts. Have the camera inspected (OPR:50 6.f.i.2)."
    )
    notify(Person.objects.filter(role=Role.ADMINISTRATOR), Kind.READER_MISREAD, text, reader)


@enforces("6.e.iv.3/vehicle")
def record_other_class(alert: Alert) -> bool:
    """Within the act that revealed it (an observation or NCIC's answer), on a locked alert: once, by the
    observer who saw the vehicle; notifies everyone who saw the alert. Returns whether there is one."""
    described = alert.described()
    saw_it = [
        observation
        for observation in alert.observations.all()
        if is_other_class(compare(observation.seen, described))
    ]
    if not saw_it:
        return False
    _, new = Fault.objects.get_or_create(
        alert=alert,
        kind=FaultKind.VEHICLE_CLASS,
        defaults={"of": Fault.Of.LIST, "by": saw_it[0].by, "at": clock.now()},
    )
    if new:
        rest = (
            "ACTION WAS TAKEN: notify the units at the vehicle that there is no basis to act, and close the alert"
            if alert.facts().acts
            else "No basis to act on it; close the alert"
        )
        text = (
            f"ANOTHER VEHICLE: alert {alert.pk}. Its plate is on a different class of vehicle than described."
        )
        notify(people_who_saw(alert), Kind.ALERT_VEHICLE, f"{text} {rest} (OPR:50 6.e.iv.3).", alert)
    return True
