"""An absence, declared and ended: while it lasts, the person's matters go to their own supervisor."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command import rules
from plateward.people.chain_of_command.models import Absence
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind


def coming_absences(person: Person) -> QuerySet[Absence]:
    """This person's absences that are not over."""
    return Absence.objects.filter(person=person, ends__gt=clock.now()).order_by("begins")


def absent_until(people: Iterable[int]) -> dict[int, datetime]:
    """Those of these people, by key, who are in a declared absence, each with its end."""
    now = clock.now()
    absences = Absence.objects.filter(person__in=people, begins__lte=now, ends__gt=now)
    return dict(absences.order_by("ends").values_list("person", "ends"))


def absences_now() -> list[int]:
    """The keys of all that have begun and are not over."""
    now = clock.now()
    return [
        *Absence.objects.filter(begins__lte=now, ends__gt=now).order_by("pk").values_list("pk", flat=True)
    ]


@enforces("6.f.i.1/review")
def declare_absence(actor: PersonActor, begins: datetime, ends: datetime) -> Absence:
    """Declare an absence and notify the supervisor. One that has begun begins now. Raises Refused."""
    begins = max(begins, clock.now())
    with act(actor, Event.ABSENCE_DECLARE, f"person:{actor.person.username}") as entry:
        entry.note(begins=begins.isoformat(), ends=ends.isoformat())
        lock_row(actor.person)
        overlapping = coming_absences(actor.person).filter(begins__lt=ends, ends__gt=begins)
        require(rules.may_be_absent(begins, ends, overlapping, clock.now()))
        if actor.person.supervisor:
            span = f"from {days.format_time(begins)} to {days.format_time(ends)}"
            text = f"{actor.person} is absent {span}: hot list requests from their people come to you."
            notify([actor.person.supervisor], Kind.PERSON_ABSENT, text, actor.person)
        return Absence.objects.create(person=actor.person, begins=begins, ends=ends, declared_at=clock.now())


@enforces("6.f.i.1/review")
def end_absence(actor: PersonActor, absence: Absence) -> None:
    """End an absence: they are back, or not going. Raises Refused."""
    with act(actor, Event.ABSENCE_END, f"person:{actor.person.username}") as entry:
        locked = lock_row(absence)
        if locked.person_id != actor.person.pk or locked.ends <= clock.now():
            raise Refused(
                Refusal(rules.ABSENCE, "This absence is over or is not yours.", "No action is needed.")
            )
        change_row(locked, ends=max(locked.begins, clock.now()))
        entry.note(ended=locked.ends.isoformat())
