"""Days whose reads are lost: on the log, and with the administrators, once for each day and what is wrong with it; and
which of these losses the Chief acknowledged, so that nothing names them again until something changes."""

from contextlib import suppress
from datetime import date

from django.db.models import QuerySet

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import NothingToDo, act
from plateward.core.db.locking import change_row, lock_name, lock_row
from plateward.field.reads.models import LONGEST_LOSS, LossAcknowledgment
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DayLost, is_loss
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import MAX_TEXT, Notice
from plateward.people.permissions import Role


def report_lost_days() -> int:
    """Report those that were not reported yet; returns how many. An acknowledgment whose day is back, or has something
    else wrong, ends."""
    lost = configured_store().lost_days()
    there = set(configured_store().days())  # afterwards: a day that is destroyed meanwhile is not back
    for row in LossAcknowledgment.objects.filter(ended_at=None):
        error = lost.get(row.day)
        if not _is_of(row, error) and row.day in there:
            _end_acknowledgment(row, str(error or "Its reads are back."))
    return sum(_report_day(day, str(error)) for day, error in lost.items())


def reported_days() -> set[date]:
    """The days that are lost, and of which the administrators know so."""
    lost = configured_store().lost_days()
    return {day for day, error in lost.items() if _notices(day, str(error)).exists()}


@enforces("6.h.ii/held")
def acknowledged_losses() -> dict[date, LossAcknowledgment]:
    """The days whose reads are lost, where the Chief acknowledged exactly that."""
    rows = list(LossAcknowledgment.objects.filter(ended_at=None).select_related("by"))
    lost = configured_store().lost_days() if rows else {}
    return {row.day: row for row in rows if _is_of(row, lost.get(row.day))}


@enforces("6.j.i/proven")
def days_to_check() -> list[date]:
    """The days that have reads, oldest first, without those whose loss is acknowledged."""
    known = acknowledged_losses()
    return [day for day in configured_store().days() if day not in known]


def loss_text(error: DayLost) -> str:
    """What is wrong with the day, as an acknowledgment has it."""
    return str(error)[:LONGEST_LOSS]


def _is_of(row: LossAcknowledgment, error: DayLost | None) -> bool:
    """Whether exactly what was acknowledged is wrong with the day now."""
    return error is not None and is_loss(error) and row.text == loss_text(error)


def _notices(day: date, text: str) -> "QuerySet[Notice]":
    """That this is wrong with the day, since an acknowledgment of its loss last ended."""
    notices = Notice.objects.filter(kind=Kind.READ_LOSE, text=text[:MAX_TEXT])
    ended = LossAcknowledgment.objects.filter(day=day).exclude(ended_at=None).order_by("-ended_at").first()
    return notices.filter(told_at__gt=ended.ended_at) if ended else notices


@enforces("6.b.i.9/entries")
def _end_acknowledgment(row: LossAcknowledgment, why: str) -> None:
    with suppress(NothingToDo), act(HUB, Event.RETENTION_LAPSE, f"day:{row.day}", reason=why) as entry:
        entry.note(acknowledgment=row.pk)
        row = lock_row(row)
        if row.ended_at:  # by another node
            raise NothingToDo
        change_row(row, ended_at=clock.now())


@enforces("6.j.i/proven", "6.b.i.9/entries")
def _report_day(day: date, text: str) -> bool:
    reported = _notices(day, text)
    if reported.exists():
        return False
    with act(HUB, Event.READ_LOSE, f"reads:{day}", reason=text):
        lock_name(f"lost day {day}")  # of two nodes, one reports it
        if new := not reported.exists():
            notify(Person.objects.filter(role=Role.ADMINISTRATOR), Kind.READ_LOSE, text, None)
        return new
