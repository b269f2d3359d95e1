"""Days whose reads are lost: on the log, and with the administrators, once for each day and what is wrong with it; and
which of these losses the Chief acknowledged, so that nothing names them again until something changes."""

from datetime import date

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.db.locking import lock_name
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.policy.trace import enforces
from plateward.reads.models import LossAcknowledgment
from plateward.reads.store import configured_store

HUB = Actor("system", "hub", "The hub, automatically")


def report_lost_days() -> int:
    """Report those that were not reported yet; returns how many. An acknowledgment whose day is back, or has something
    else wrong, ends."""
    lost = _lost_days()
    open_rows = LossAcknowledgment.objects.filter(ended_at=None)
    if over := [row.pk for row in open_rows if lost.get(row.text) != row.day]:
        open_rows.filter(pk__in=over).update(ended_at=clock.now())
    return sum(_report_day(day, text) for text, day in lost.items())


def reported_days() -> set[date]:
    """The days that are lost, and of which the administrators know so."""
    texts = _lost_days()
    known = Notice.objects.filter(kind=Kind.READ_LOSE, text__in=texts)
    return {texts[text] for text in known.values_list("text", flat=True)}


@enforces("6.h.ii", "6.j.i")
def acknowledged_losses() -> dict[date, LossAcknowledgment]:
    """The days that are lost, and of which the Chief acknowledged exactly that."""
    rows = LossAcknowledgment.objects.filter(ended_at=None, text__in=_lost_days()).select_related("by")
    return {row.day: row for row in rows}


def _lost_days() -> dict[str, date]:
    """By what is wrong, which names the day."""
    return {str(error): day for day, error in configured_store().lost_days().items()}


@enforces("6.j.i", "6.b.i.9")
def _report_day(day: date, text: str) -> bool:
    reported = Notice.objects.filter(kind=Kind.READ_LOSE, text=text)
    if reported.exists():
        return False
    with act(HUB, Event.READ_LOSE, f"reads:{day}", reason=text):
        lock_name(f"lost day {day}")  # of two nodes, one reports it
        if new := not reported.exists():
            notify(Person.objects.filter(role=Role.ADMINISTRATOR), Kind.READ_LOSE, text, None)
        return new
