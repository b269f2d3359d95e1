"""How an empty hub gets its Chief and its first administrator: once, at the command line, by their orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.errors import PlatewardError
from plateward.people.access.actions import settle
from plateward.people.access.models import Access, Designation
from plateward.people.access.offices import rules
from plateward.people.access.offices.actions import Order, write
from plateward.people.actions import create_person
from plateward.people.courses import catalog
from plateward.people.courses.models import Course
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.training.actions.records import record
from plateward.policy.decision import require
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Officeholder:
    """Somebody who is to hold an office, and the order by which they hold it."""

    username: str
    full_name: str
    badge: str
    order: Order
    rank: str = ""
    sworn: bool = False


@dataclass(frozen=True)
class Taken:
    """Evidence that somebody took a course."""

    username: str
    course: str  # its code
    issuer: str
    completed_on: date
    document: str = ""


class Unknown(PlatewardError):
    """The evidence names a person or a course that is not there."""


@enforces("6.b.i", "5.d", "5.e", "6.e.i", "AC-2")
def begin(
    who: Who,
    chief: Officeholder,
    administrator: Officeholder,
    taken: Sequence[Taken],
    *,
    password: str | None = None,
) -> list[tuple[Person, str]]:
    """Make both accounts, their offices and access, the policy's courses, and the records of what they took.

    All of it or nothing. What is not given is not there, and lacks. Returns each person with the first password
    (see create_person). Raises Refused where the hub has begun already, AccountError, Unknown.
    """
    with act(who, Event.DESIGNATION_MAKE, f"person:{administrator.username.lower()}") as entry:
        earlier = Designation.objects.filter(office=Designation.Office.ADMINISTRATOR).first()
        require(rules.may_begin(f"{earlier.person.full_name} (by {earlier.document})" if earlier else ""))
        for one in (chief, administrator):
            require(rules.is_whole(one.order.document, one.order.begins, one.order.ends))
        catalog.establish(who)
        made = [
            _take_office(who, chief, Role.CHIEF, Designation.Office.CHIEF, password),
            _take_office(who, administrator, Role.ADMINISTRATOR, Designation.Office.ADMINISTRATOR, password),
        ]
        prove(who, {person.username: person for person, _ in made}, taken)
        entry.note(chief=chief.username, chief_order=chief.order.document, order=administrator.order.document)
        (head, _), (first, _) = made
        told = f"{first} is recorded as the ALPR administrator whom you designated, by {administrator.order.document}."
        notify(
            [head], Kind.OFFICE_CHANGE, f"{told} If that is wrong, hand the office over to another.", first
        )
    return made


def _take_office(
    who: Who, one: Officeholder, role: Role, office: Designation.Office, password: str | None
) -> tuple[Person, str]:
    person, first = create_person(
        who, one.username, one.full_name, badge=one.badge, rank=one.rank, sworn=one.sworn, password=password
    )
    now = clock.now()
    write(who, person, office, one.order)
    access = Access.objects.create(
        person=person,
        role=role.value,
        reason=f"Holds the office by {one.order.document}.",
        requested_by=who.key,
        requested_at=now,
        decision=Access.Decision.APPROVED,
        decided_by=who.key,
        decided_at=now,
        decision_reason="The beginning of this hub.",
        begins=now,
    )
    settle(access)
    return person, first


def prove(who: Who, people: dict[str, Person], taken: Sequence[Taken]) -> None:
    """Record the evidence. Raises Unknown."""
    known = {course.code: course for course in Course.objects.all()}
    for one in taken:
        person, course = people.get(one.username.lower()), known.get(one.course)
        if person is None:
            raise Unknown(f"There is evidence for '{one.username}', who is neither of the two who begin.")
        if course is None:
            raise Unknown(f"There is no course '{one.course}'. There are: {', '.join(sorted(known))}.")
        record(
            who,
            person,
            course,
            issuer=one.issuer,
            completed_on=one.completed_on,
            document=one.document,
        )
