"""Marking an alert as no match, undoing that, and closing it when the time to undo it is over."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.core.audit.events import Event
from plateward.core.audit.log import LogUnavailable, NothingToDo, record
from plateward.core.db.locking import change_row
from plateward.ground import clock
from plateward.ground.errors import HubMustStop
from plateward.ground.policy.decision import Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.work.alerts.closing.actions import write_disposition
from plateward.work.alerts.confirming.actions import write_fault
from plateward.work.alerts.facts import FaultKind
from plateward.work.alerts.marking import rules
from plateward.work.alerts.marking.models import Mark
from plateward.work.alerts.models import Alert
from plateward.work.alerts.step import step

log = logging.getLogger(__name__)

AT_ONCE = 100
PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class _Failed:
    """A mark that could not close its alert, when it is tried again, and after how long."""

    again_at: datetime
    pause: timedelta


_failed: dict[int, _Failed] = {}  # by the mark's key; of this process: another node may succeed


@enforces("6.e.vii/thorough", "6.e.iv.3/order", "6.b.i.9/entries")
def mark(actor: PersonActor, alert: Alert, kind: FaultKind) -> Mark:
    """From now on the alert takes no step; when the time to undo it is over, `close_due` closes it. Raises Refused."""
    with step(actor, Event.ALERT_MARK, alert) as (locked, entry):
        entry.note(kind=str(kind))
        require(rules.may_press(actor.person.permissions))
        require(rules.may_mark(locked.facts(), kind, locked.reading))
        now = clock.now()
        return Mark.objects.create(
            alert=locked, kind=kind, by=actor.person, at=now, closes_at=now + rules.UNDO_FOR
        )


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
    close it. One that fails keeps no other from closing, and is tried again after a pause that grows."""
    now = clock.now()
    paused = [pk for pk, failed in _failed.items() if failed.again_at > now]
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
        before = _failed.get(made.pk)
        pause = min(before.pause * 2, LONGEST_PAUSE) if before else PAUSE
        _failed[made.pk] = _Failed(clock.now() + pause, pause)
        log.exception(
            "Alert %s, marked as not a match, could not be closed; retrying in %s.",
            made.alert_id,
            clock.format_span(pause),
        )
        return False
    _failed.pop(made.pk, None)
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
