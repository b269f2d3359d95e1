"""A person's standing now, or as of any date: reads the facts from their tables and applies the rule.

Nothing is cached: what one node takes away is gone at the next request on every node."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.access import fact_query
from plateward.people.access.models import Access, Designation
from plateward.people.access.rules import (
    OFFICES,
    AccessStanding,
    may_leave_office,
    standing_from,
)
from plateward.people.models import Person
from plateward.people.page_answers import ask_once
from plateward.people.permissions import Role

Period = TypeVar("Period", bound=Model)  # with `begins` and `ends`


def standing_of(person: Person, moment: datetime | None = None) -> AccessStanding:
    """What this person lacks, or lacked at a moment, as far as the tables know of it today."""
    return standings_of([person.pk], moment)[person.pk]


def own_standing(person: Person) -> AccessStanding:
    """The same now, of whose request it is: asked once for one that only looks."""
    return ask_once(person, standing_of)


@enforces("5.d/all", "6.b.i.7/lists")
def standings_of(people: Collection[int], moment: datetime | None = None) -> dict[int, AccessStanding]:
    """What each of these people (by key) lacks, or lacked at a moment; thousands cost little more."""
    at = moment or clock.now()
    facts_by_person = fact_query.read_facts(people, at, present=moment is None)
    return {key: standing_from(facts, at) for key, facts in facts_by_person.items()}


def holds_office_for(person: Person, role: Role, moment: datetime) -> bool:
    """Whether the person holds an office that carries the role; most roles need none."""
    if role not in OFFICES:
        return True
    return in_force_at(Designation.objects.filter(person=person, office__in=OFFICES[role]), moment).exists()


def authorized_administrators(moment: datetime | None = None) -> list[Person]:
    """The people who are authorized ALPR administrators, now or at a moment."""
    people = {person.pk: person for person in holders(moment or clock.now(), role=Role.ADMINISTRATOR)}
    standings = standings_of(people.keys(), moment)
    return [
        person
        for key, person in people.items()
        if standings[key].authorized
        and (granted := standings[key].facts.granted)
        and granted.role is Role.ADMINISTRATOR
    ]


@enforces("6.b.i/designation")
def stranded_administrators() -> dict[Person, AccessStanding]:
    """Holders of the administrator's office who cannot work, with nobody left to restore their access."""
    now = clock.now()
    if authorized_administrators():
        return {}
    offices = in_force_at(Designation.objects.filter(office__in=OFFICES[Role.ADMINISTRATOR]), now)
    people = Person.objects.filter(role=Role.ADMINISTRATOR, pk__in=offices.values("person"))
    return {person: standing_of(person) for person in people}


@contextmanager
def keeps_an_administrator(*moments: datetime) -> Iterator[None]:
    """After the writes within, an authorized administrator must be left: now, or at each moment when they take effect.

    Use it in an act, around its writes: if nobody is left it raises Refused, which rolls them back."""
    # Serialize two people who take each other's office away at once.
    administrators = Person.objects.select_for_update(no_key=True).filter(role=Role.ADMINISTRATOR)
    list(administrators.order_by("pk").values_list("pk"))
    before = [len(authorized_administrators(moment)) for moment in moments or (None,)]
    yield
    for moment, number in zip(moments or (None,), before, strict=True):
        require(may_leave_office(number, len(authorized_administrators(moment))))


def approved_access(moment: datetime, **of: Any) -> QuerySet[Access]:
    """The approved access at the moment, whatever suspends it; of a person's, the last one counts. `of`: a filter."""
    approved = Access.objects.filter(decision=Access.Decision.APPROVED, **of)
    return in_force_at(approved, moment).select_related("unit", "supervisor").order_by("begins", "pk")


def holders(moment: datetime, **of: Any) -> QuerySet[Person]:
    """The people who have such access."""
    return Person.objects.filter(pk__in=approved_access(moment, **of).values("person"))


def in_force_at(rows: QuerySet[Period], moment: datetime) -> QuerySet[Period]:
    return rows.filter(begins__lte=moment).filter(Q(ends=None) | Q(ends__gt=moment))
