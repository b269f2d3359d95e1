"""The duty to update a course's materials and to retrain people: opened, kept, closed (6.d.iv)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.standing import holders
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.training import rules
from plateward.people.training.actions.courses import released_since
from plateward.people.training.models import Concern, Course, Duty, RetrainingException


@dataclass(frozen=True)
class ConcernedPerson:
    """A person whom a duty concerns, and their progress."""

    person: Person
    retrained: bool
    excepted: RetrainingException | None

    @property
    def done(self) -> bool:
        return self.retrained or self.excepted is not None


@enforces("6.d.iv/incident", "6.d.iv/policy", "AT-2/incident")
def open_duty(
    actor: Actor,
    *,
    kind: Duty.Kind,
    title: str,
    what: str,
    reference: str,
    happened_on: date,
    course: Course,
    owner: Person,
    update_due: date,
    retrain_due: date,
    roles: Collection[Role] = (),
    people: Collection[Person] = (),
) -> Duty:
    """Open a duty: its owner updates the course's materials, its people retake the course. Raises Refused."""
    with act(actor, Event.TRAINING_DUTY, f"course:{course.code}") as entry:
        entry.note(
            change="opened",
            kind=kind.value,
            title=title,
            reference=reference,
            owner=owner.username,
            update_due=str(update_due),
            retrain_due=str(retrain_due),
            roles=[role.value for role in roles],
            people=[person.username for person in people],
        )
        incident, today = kind is Duty.Kind.INCIDENT, days.today()
        require(rules.may_open_duty(incident, happened_on, update_due, retrain_due, today))
        if reference and Duty.objects.filter(kind=kind, reference=reference, course=course).exists():
            raise Refused(
                Refusal(
                    "6.d.iv",
                    f"A duty to retake “{course}” is already open for {reference}.",
                    "See the list of duties.",
                )
            )
        duty = Duty.objects.create(
            kind=kind,
            title=title.strip(),
            what=what.strip(),
            reference=reference.strip(),
            happened_on=happened_on,
            course=course,
            owner=owner,
            update_due=update_due,
            retrain_due=retrain_due,
            opened_by=actor.key,
            opened_on=today,
        )
        Concern.objects.bulk_create(Concern(duty=duty, role=role.value) for role in roles)
        Concern.objects.bulk_create(Concern(duty=duty, person=person) for person in people)
    return duty


@enforces("6.d.iv/incident")
def except_person(actor: Actor, duty: Duty, person: Person, reason: str) -> None:
    """Excuse a person from retraining, with a reason. Raises Refused."""
    with act(actor, Event.TRAINING_DUTY, f"person:{person.username}", reason=reason) as entry:
        entry.note(change="excepted", duty=duty.pk, title=duty.title)
        duty = lock_row(duty)
        involved = any(concerned.person == person for concerned in people_concerned(duty))
        require(rules.is_duty_open(duty.closed_at is not None))
        require(rules.may_except(involved, reason))
        RetrainingException.objects.get_or_create(
            duty=duty, person=person, defaults={"reason": reason.strip(), "made_by": actor.key}
        )


@enforces("6.d.iv/incident")
def hand_over_duty(actor: Actor, duty: Duty, owner: Person) -> None:
    """Reassign the update of the material. Raises Refused, also if it was closed meanwhile."""
    with act(actor, Event.TRAINING_DUTY, f"person:{owner.username}") as entry:
        duty = lock_row(duty, "owner")
        entry.note(change="handed over", duty=duty.pk, title=duty.title, before=duty.owner.username)
        require(rules.is_duty_open(duty.closed_at is not None))
        duty.owner = owner
        duty.save(update_fields=["owner"])


@enforces("6.d.iv/incident")
def close_duty(actor: Actor, duty: Duty) -> None:
    """The material is updated, and everybody has retrained or is excused. Raises Refused."""
    with act(actor, Event.TRAINING_DUTY, f"course:{duty.course.code}") as entry:
        entry.note(change="closed", duty=duty.pk, title=duty.title)
        duty = lock_row(duty)
        waiting = waiting_count(people_concerned(duty))
        require(rules.is_duty_open(duty.closed_at is not None))
        require(rules.may_close_duty(released_since(duty) is not None, waiting))
        duty.closed_at, duty.closed_by = clock.now(), actor.key
        duty.save(update_fields=["closed_at", "closed_by"])


def waiting_count(people: Iterable[ConcernedPerson]) -> int:
    """How many have neither retrained nor been excused."""
    return sum(not person.done for person in people)


def people_concerned(duty: Duty) -> list[ConcernedPerson]:
    """Whom an open duty concerns, by name: named people, and those in its roles with approved access now."""
    now = clock.now()
    concerns = list(duty.concerns.all())
    named = [item.person_id for item in concerns if item.person_id]
    roles = [item.role for item in concerns if item.role]
    people = Person.objects.filter(Q(pk__in=named) | Q(pk__in=holders(now, role__in=roles)))
    excepted = {item.person_id: item for item in duty.exceptions.all()}
    since = duty.course.records.counting(now).filter(
        completed_on__gte=duty.opened_on, recorded_at__gt=duty.opened_at
    )
    retrained = set(since.values_list("person_id", flat=True))
    return [
        ConcernedPerson(item, item.pk in retrained, excepted.get(item.pk))
        for item in people.select_related("unit").order_by("full_name")
    ]
