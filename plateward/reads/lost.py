"""Days whose reads are lost: on the log, and with the administrators, once for each day and what is wrong with it."""

from datetime import date

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
from plateward.reads.store import configured_store

HUB = Actor("system", "hub", "The hub, automatically")


def report_lost_days() -> int:
    """Report those that were not reported yet; returns how many."""
    return sum(_report_day(day, str(error)) for day, error in configured_store().lost_days().items())


def reported_days() -> set[date]:
    """The days that are lost, and of which the administrators know so."""
    texts = {str(error): day for day, error in configured_store().lost_days().items()}
    known = Notice.objects.filter(kind=Kind.READ_LOSE, text__in=texts)
    return {texts[text] for text in known.values_list("text", flat=True)}


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
