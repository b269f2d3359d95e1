"""A person's standing now, or as of any date: the facts read from their tables, and the rule applied.

Nothing is cached: what is taken away at one node is gone at the next request on every node."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet

from plateward import clock
from plateward.people.access import reading
from plateward.people.access.models import Access, Designation, Interruption
from plateward.people.access.rules import Facts, Standing, standing
from plateward.people.models import Person
from plateward.people.penalties.models import Offence
from plateward.people.training.models import Requirement
from plateward.policy.trace import enforces

Period = TypeVar("Period", Access, Interruption, Designation, Offence, Requirement)


def of(person: Person) -> Standing:
    """What this person lacks at this moment."""
    return as_of(person, clock.now())


@enforces("5.d", "6.b.i.7")
def as_of(person: Person, moment: datetime) -> Standing:
    """What this person lacked at a moment, as far as the tables know of it today."""
    return of_all([person.pk], moment)[person.pk]


def of_all(people: Collection[int], moment: datetime) -> dict[int, Standing]:
    """What each of these people (by key) lacked at a moment; thousands cost little more questions than one."""
    return {key: standing(found, moment) for key, found in reading.facts(people, moment).items()}


def facts(person: Person, moment: datetime) -> Facts:
    """All that a person's authorisation is computed from."""
    return reading.facts([person.pk], moment)[person.pk]


def live(rows: QuerySet[Period], moment: datetime) -> QuerySet[Period]:
    """The periods that the moment lies in."""
    return rows.filter(begins__lte=moment).filter(Q(ends=None) | Q(ends__gt=moment))
