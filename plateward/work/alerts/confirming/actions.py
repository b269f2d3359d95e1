"""People's answers to an alert: a fault of it, and the press that says that it is no match, closes it when the time to
undo that is over. Each act decides, records and writes in one transaction."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from plateward.core.audit.events import Event
from plateward.core.audit.log import LogUnavailable, NothingToDo, record
from plateward.core.audit.models import Tree
from plateward.core.db.locking import change_row
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.audience import list_administrators
from plateward.ground import clock
from plateward.ground.errors import HubMustStop
from plateward.ground.matching.partial import plates_agree
from plateward.ground.policy.decision import Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.work.alerts.closing.actions import write_disposition
from plateward.work.alerts.confirming import rules
from plateward.work.alerts.confirming.models import Fault, Mark
from plateward.work.alerts.facts import FaultKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.recall import notify_who_saw
from plateward.work.alerts.step import step
from plateward.work.alerts.vehicles import compare, is_other_class

log = logging.getLogger(__name__)

AT_ONCE = 100
PAUSE = timedelta(minutes=1)  # before one that failed is tried again


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
    made = Fault.write(actor, alert=locked, kind=kind, of=party, notified=is_problem)
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
        reason = "Its plate is on a different class of vehicle than described."
        ended = "" if alert.facts().acts else "Close the alert"
        notify_who_saw(alert, Kind.ALERT_VEHICLE, "ANOTHER VEHICLE", reason, ended)
    return True


# Until when a mark that failed is left alone, by its key; of this process: another may succeed.
_paused: dict[int, datetime] = {}


@enforces("6.e.vii/thorough", "6.e.iv.3/order", "6.b.i.9/entries")
def mark(actor: PersonActor, alert: Alert, kind: FaultKind) -> Mark:
    """From now on the alert takes no step; when the time to undo it is over, `close_due` closes it. Raises Refused."""
    with step(actor, Event.ALERT_MARK, alert) as (locked, entry):
        entry.note(kind=str(kind))
        require(rules.may_press(actor.person.permissions))
        require(rules.may_mark(locked.facts(), kind, locked.reading))
        return Mark.write(actor, alert=locked, kind=kind, closes_at=clock.now() + rules.UNDO_FOR)


@enforces("6.e.vii/thorough", "6.b.i.9/entries")
def undo(actor: PersonActor, alert: Alert) -> Mark:
    """Take the press back: the alert stands as before. Both stay on the log. Raises Refused."""
    with step(actor, Event.ALERT_UNMARK, alert) as (locked, entry):
        last = locked.marks.select_related("by").last()
        now = clock.now()
        require(
            rules.may_undo(
                pending=last is not None and last.ended_at is None,
                own=last is not None and last.by == actor.person,
                closes_at=last.closes_at if last else now,
                now=now,
            )
        )
        assert last is not None  # noqa: S101, or it was refused
        entry.note(kind=last.kind)
        change_row(last, ended_at=now, end=Mark.End.UNDONE)
    return last


def close_due() -> int:
    """Close what nobody undid in time. Returns how many. Several nodes may run this at once: the alert's lock lets one
    close it. One that fails keeps no other from closing, and is tried again after a pause."""
    now = clock.now()
    paused = [pk for pk, until in _paused.items() if until > now]
    due = Mark.objects.filter(ended_at=None, closes_at__lte=now).exclude(pk__in=paused)
    rows = due.select_related("alert", "by").order_by("closes_at")[:AT_ONCE]
    return sum(_closes(made) for made in rows)


def _closes(made: Mark) -> bool:
    """Whether it closed its alert now."""
    try:
        closed = _close(made)
    except (HubMustStop, LogUnavailable):
        raise  # no other could be recorded either
    except Exception:
        _paused[made.pk] = clock.now() + PAUSE
        log.exception("Alert %s, marked as not a match, could not be closed.", made.alert_id)
        return False
    _paused.pop(made.pk, None)
    return closed


@enforces("6.e.vii/thorough", "6.b.i.9/entries")
def _close(made: Mark) -> bool:
    """As the person pressed it: the fault and the disposition, each with its entry. Where the system closed the alert
    meanwhile, or learned what the press does not fit, the mark lapses."""
    actor, kind = PersonActor.of(made.by), FaultKind(made.kind)
    with suppress(NothingToDo), step(actor, Event.ALERT_DISPOSE, made.alert) as (locked, entry):
        held = locked.marks.filter(pk=made.pk, ended_at=None).first()
        if held is None:
            raise NothingToDo
        facts = rules.unmarked(locked.facts())
        if isinstance(barred := rules.may_mark(facts, kind, locked.reading), Refusal):
            entry.event = Event.ALERT_UNMARK
            entry.note(kind=made.kind, lapsed=str(barred))
            change_row(held, ended_at=clock.now(), end=Mark.End.LAPSED)
            return False
        account = rules.account_of(facts, kind)
        assert account is not None  # noqa: S101, or it was refused
        if kind not in facts.faults:
            fault = write_fault(actor, locked, kind)
            record(actor, Event.ALERT_FAULT, f"alert:{locked.pk}", kind=str(kind), of=str(fault.of))
        disposition = write_disposition(actor, locked, account)
        entry.note(mark=held.pk, outcome=str(account.outcome), enforcement=[], persons_stopped=0)
        change_row(held, ended_at=clock.now(), end=Mark.End.CLOSED, disposition=disposition)
        return True
    return False
