"""A person's standing now, or as of any date: the facts read from their tables, and the rule applied.

Nothing is cached: what is taken away at one node is gone at the next request on every node."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet

from plateward import clock
from plateward.people.access import reading
from plateward.people.access.models import Access, Designation, Interruption
from plateward.people.access.rules import OFFICES, Facts, Standing, may_leave_office, standing
from plateward.people.courses.models import Requirement
from plateward.people.models import Person
from plateward.people.offenses.models import Offense
from plateward.people.permissions import Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces

Period = TypeVar("Period", Access, Interruption, Designation, Offense, Requirement)


def of(person: Person) -> Standing:
    """What this person lacks at this moment."""
    return of_all([person.pk])[person.pk]


@enforces("5.d", "6.b.i.7")
def as_of(person: Person, moment: datetime) -> Standing:
    """What this person lacked at a moment, as far as the tables know of it today."""
    return of_all([person.pk], moment)[person.pk]


def of_all(people: Collection[int], moment: datetime | None = None) -> dict[int, Standing]:
    """What each of these people (by key) lacks, or lacked at a moment; for thousands it asks little more."""
    at = moment or clock.now()
    found = reading.facts(people, at, present=moment is None)
    return {key: standing(facts, at) for key, facts in found.items()}


def facts(person: Person, moment: datetime) -> Facts:
    """All that a person's authorization is computed from."""
    return reading.facts([person.pk], moment)[person.pk]


def designated(person: Person, role: Role, moment: datetime) -> bool:
    """Whether the person holds an office that carries the role; most roles need none."""
    if role not in OFFICES:
        return True
    return live(Designation.objects.filter(person=person, office__in=OFFICES[role]), moment).exists()


def administrators(moment: datetime | None = None) -> list[Person]:
    """The people who are authorized ALPR administrators, now or at a moment."""
    approved = Access.objects.filter(role=Role.ADMINISTRATOR, decision=Access.Decision.APPROVED)
    holders = live(approved, moment or clock.now()).values("person")
    people = {one.pk: one for one in Person.objects.filter(pk__in=holders)}
    found = of_all(people.keys(), moment)
    return [
        one
        for key, one in people.items()
        if found[key].authorized and _role(found[key]) is Role.ADMINISTRATOR
    ]


@enforces("6.b.i")
def stranded() -> dict[Person, Standing]:
    """Who holds the administrator's office and cannot work, where nobody else is left who could let them in again."""
    now = clock.now()
    if administrators():
        return {}
    offices = live(Designation.objects.filter(office__in=OFFICES[Role.ADMINISTRATOR]), now)
    people = Person.objects.filter(role=Role.ADMINISTRATOR, pk__in=offices.values("person"))
    return {one: of(one) for one in people}


def _role(found: Standing) -> Role | None:
    return found.facts.granted.role if found.facts.granted else None


@contextmanager
def keeps_an_administrator(moment: datetime | None = None) -> Iterator[None]:
    """Whatever is written within, an authorized administrator is left, now or at the moment of its effect.

    Within an act, around its writes: where nobody is left it raises Refused, and the act undoes all of it."""
    # Two who take each other's office away at once do it one after the other.
    holders = Person.objects.select_for_update(no_key=True).filter(role=Role.ADMINISTRATOR)
    list(holders.order_by("pk").values_list("pk"))
    before = len(administrators(moment))
    yield
    require(may_leave_office(before, len(administrators(moment))))


def in_force(person: Person, moment: datetime) -> QuerySet[Access]:
    """The approved access that the moment lies in, whatever interrupts it; the last counts."""
    return live(person.accesses.filter(decision=Access.Decision.APPROVED), moment).order_by("begins", "pk")


def live(rows: QuerySet[Period], moment: datetime) -> QuerySet[Period]:
    """The periods that the moment lies in."""
    return rows.filter(begins__lte=moment).filter(Q(ends=None) | Q(ends__gt=moment))
