"""An empty hub gets its Chief and its first administrator: once, at the command line, by their orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.errors import PlatewardError
from plateward.people.access.models import Designation
from plateward.people.access.offices import rules
from plateward.people.access.offices.actions import begin_office_access, create_designation
from plateward.people.access.offices.rules import OfficeOrder
from plateward.people.actions import create_person
from plateward.people.courses import catalog
from plateward.people.courses.models import Course
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.training.actions.records import record_course
from plateward.policy.decision import require
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Officeholder:
    username: str
    full_name: str
    badge: str
    order: OfficeOrder
    rank: str = ""
    sworn: bool = False


@dataclass(frozen=True)
class CourseEvidence:
    username: str
    course: str  # its code
    issuer: str
    completed_on: date
    document: str = ""


class UnknownInEvidence(PlatewardError):
    """The evidence names a person or a course that does not exist."""


@enforces("6.b.i", "5.d", "5.e", "6.e.i", "AC-2")
def begin_hub(
    actor: Actor,
    chief: Officeholder,
    administrator: Officeholder,
    taken: Sequence[CourseEvidence],
    *,
    password: str | None = None,
) -> list[tuple[Person, str]]:
    """Make both accounts, their offices and access, the policy's courses, and the records of what they took.

    All of it or nothing. What is not given stays missing. Returns each person with the first password (see
    create_person). Raises Refused if the hub has begun already, AccountError, UnknownInEvidence.
    """
    with act(actor, Event.DESIGNATION_MAKE, f"person:{administrator.username.lower()}") as entry:
        earlier = Designation.objects.filter(office=Designation.Office.ADMINISTRATOR).first()
        require(rules.may_begin_hub(f"{earlier.person.full_name} (by {earlier.document})" if earlier else ""))
        for officeholder in (chief, administrator):
            require(rules.is_complete(officeholder.order))
        catalog.create_policy_courses(actor)
        made = [
            _give_office(actor, chief, Role.CHIEF, Designation.Office.CHIEF, password),
            _give_office(
                actor, administrator, Role.ADMINISTRATOR, Designation.Office.ADMINISTRATOR, password
            ),
        ]
        record_evidence(actor, {person.username: person for person, _ in made}, taken)
        entry.note(chief=chief.username, chief_order=chief.order.document, order=administrator.order.document)
        (head, _), (first, _) = made
        text = f"{first} is recorded as the ALPR administrator whom you designated, by {administrator.order.document}."
        notify(
            [head], Kind.OFFICE_CHANGE, f"{text} If that is wrong, hand the office over to another.", first
        )
    return made


def _give_office(
    actor: Actor, officeholder: Officeholder, role: Role, office: Designation.Office, password: str | None
) -> tuple[Person, str]:
    person, first = create_person(
        actor,
        officeholder.username,
        officeholder.full_name,
        badge=officeholder.badge,
        rank=officeholder.rank,
        sworn=officeholder.sworn,
        password=password,
    )
    create_designation(actor, person, office, officeholder.order)
    begin_office_access(actor, person, role, officeholder.order, "The beginning of this hub.")
    return person, first


def record_evidence(actor: Actor, people: dict[str, Person], taken: Sequence[CourseEvidence]) -> None:
    """Record the evidence. Raises UnknownInEvidence."""
    courses = {course.code: course for course in Course.objects.all()}
    for evidence in taken:
        person, course = people.get(evidence.username.lower()), courses.get(evidence.course)
        if person is None:
            raise UnknownInEvidence(
                f"There is evidence for '{evidence.username}', who is neither the Chief nor the administrator."
            )
        if course is None:
            raise UnknownInEvidence(
                f"There is no course '{evidence.course}'. There are: {', '.join(sorted(courses))}."
            )
        record_course(
            actor,
            person,
            course,
            issuer=evidence.issuer,
            completed_on=evidence.completed_on,
            document=evidence.document,
        )
