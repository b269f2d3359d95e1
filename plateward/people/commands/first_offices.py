"""An empty hub gets its Chief and its first administrator: once, at the command line, by their orders."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.models import Designation
from plateward.people.access.offices import rules
from plateward.people.access.offices.actions import begin_office_access, create_designation
from plateward.people.access.offices.rules import OfficeOrder
from plateward.people.actions import create_person
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.training import catalog


@dataclass(frozen=True)
class Officeholder:
    username: str
    full_name: str
    badge: str
    order: OfficeOrder
    rank: str = ""
    sworn: bool = False
    employed_since: date | None = None  # None: since the order, which names an employee


@enforces("6.b.i/designation", "5.d/all", "5.e/privileged", "6.e.i/own", "AC-2/approval")
@contextmanager
def begin_hub(
    actor: Actor,
    chief: Officeholder,
    administrator: Officeholder,
    *,
    password: str | None = None,
) -> Iterator[list[tuple[Person, str]]]:
    """Make both accounts, their offices and access, the policy's courses, and what is done within the block, such as
    recording their training, like any other person's: all of it or nothing.

    Gives each person with the first password (see create_person). Raises Refused if the hub has begun already,
    AccountError.
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
        entry.note(chief=chief.username, chief_order=chief.order.document, order=administrator.order.document)
        (head, _), (first, _) = made
        text = f"{first} is recorded as the ALPR administrator whom you designated, by {administrator.order.document}."
        notify(
            [head], Kind.OFFICE_CHANGE, f"{text} If that is wrong, hand the office over to another.", first
        )
        yield made


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
        employed_since=officeholder.employed_since or days.day_of(officeholder.order.begins),
        password=password,
    )
    create_designation(actor, person, office, officeholder.order)
    begin_office_access(actor, person, role, officeholder.order, "The beginning of this hub.")
    return person, first
