"""A supervisor's absence, declared and ended: while it lasts, requests go to their own supervisor."""

from datetime import datetime

from django.db.models import QuerySet

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.hotlists.requests import rules
from plateward.hotlists.requests.models import Absence
from plateward.people import days
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.decision import Refusal, Refused, require
from plateward.policy.trace import enforces


def to_come(person: Person) -> QuerySet[Absence]:
    """Those that are not over."""
    return Absence.objects.filter(person=person, ends__gt=clock.now()).order_by("begins")


@enforces("6.f.i.1")
def declare(who: Who, person: Person, begins: datetime, ends: datetime) -> Absence:
    """From then until then; their own supervisor is told. One that has begun begins now. Raises Refused."""
    begins = max(begins, clock.now())
    with act(who, Event.HOTLIST_ABSENCE, f"person:{person.username}") as entry:
        entry.note(begins=begins.isoformat(), ends=ends.isoformat())
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        others = to_come(person).filter(begins__lt=ends, ends__gt=begins)
        require(rules.may_be_absent(begins, ends, others, clock.now()))
        if person.supervisor:
            span = f"from {days.told(begins)} to {days.told(ends)}"
            text = f"{person} is absent {span}: requests of their people for hot-list entries come to you."
            notify([person.supervisor], Kind.PERSON_ABSENT, text, person)
        return Absence.objects.create(person=person, begins=begins, ends=ends, declared_at=clock.now())


@enforces("6.f.i.1")
def end(who: Who, person: Person, absence: Absence) -> None:
    """They are back, or will not be away. Raises Refused."""
    with act(who, Event.HOTLIST_ABSENCE, f"person:{person.username}") as entry:
        held = Absence.objects.select_for_update(no_key=True).get(pk=absence.pk)
        if held.person_id != person.pk or held.ends <= clock.now():
            raise Refused(
                Refusal(rules.REVIEW, "This absence is over, or another's.", "Nothing is left to do.")
            )
        held.ends = max(held.begins, clock.now())
        held.save(update_fields=["ends"])
        entry.note(ended=held.ends.isoformat())
