"""Records one by one: made, and withdrawn if wrong."""

from datetime import date
from decimal import Decimal

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.db.locking import lock_row
from plateward.people import days
from plateward.people.access.standing import keeps_an_administrator
from plateward.people.courses import rules
from plateward.people.courses.models import Course, Record
from plateward.people.models import Person
from plateward.policy.decision import require
from plateward.policy.trace import enforces


@enforces("6.b.i.4", "6.d.i")
def record_course(
    actor: Actor,
    person: Person,
    course: Course,
    *,
    issuer: str,
    completed_on: date,
    score: Decimal | None = None,
    document: str = "",
) -> Record:
    """Record that a person has taken a course, on a day of the agency's. Raises Refused."""
    with act(actor, Event.TRAINING_RECORD, f"person:{person.username}") as entry:
        require(rules.may_record_course(issuer, completed_on, days.today()))
        lock_row(person)  # two people record the same at once
        there = Record.objects.filter(
            person=person, course=course, completed_on=completed_on, withdrawn_at=None
        )
        require(rules.is_new_record(there.exists(), completed_on))
        entry.note(course=course.code, issuer=issuer, completed_on=str(completed_on), document=document)
        return Record.objects.create(
            person=person,
            course=course,
            issuer=issuer.strip(),
            completed_on=completed_on,
            score=score,
            document=document.strip(),
            recorded_by=actor.key,
        )


@enforces("AT-4", "6.b.i")
def withdraw_record(actor: Actor, made: Record, reason: str) -> None:
    """A wrong record stops counting from now on; it stays, with the reason. Raises Refused."""
    with act(actor, Event.TRAINING_WITHDRAW, f"person:{made.person.username}", reason=reason) as entry:
        locked = lock_row(made, "course")
        require(rules.may_withdraw_record(reason, locked.withdrawn_at is not None))
        entry.note(record=locked.pk, course=locked.course.code, completed_on=str(locked.completed_on))
        with keeps_an_administrator():
            locked.withdrawn_at, locked.withdrawn_by = clock.now(), actor.key
            locked.withdrawn_reason = reason.strip()
            locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
