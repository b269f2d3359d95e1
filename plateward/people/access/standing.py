"""A person's standing now, or as of any date: the facts read from their tables, and the rule applied.

Nothing is cached: what is taken away at one node is gone at the next request on every node."""

from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet

from plateward import clock
from plateward.people.access.models import Access, Designation, Interruption
from plateward.people.access.rules import Course, Facts, Granted, Interrupted, Revoked, Standing, standing
from plateward.people.models import Person
from plateward.people.penalties.models import Offence
from plateward.people.permissions import Role
from plateward.people.training.models import Record, Requirement
from plateward.policy.trace import enforces

Period = TypeVar("Period", Access, Interruption, Designation, Offence, Requirement)


def of(person: Person) -> Standing:
    """What this person lacks at this moment."""
    return as_of(person, clock.now())


@enforces("5.d", "6.b.i.7")
def as_of(person: Person, moment: datetime) -> Standing:
    """What this person lacked at a moment, as far as the tables know of it today."""
    return standing(facts(person, moment), moment)


def facts(person: Person, moment: datetime) -> Facts:
    """All that authorisation is computed from."""
    access = (
        live(Access.objects.filter(person=person, decision=Access.Decision.APPROVED), moment)
        .order_by("-begins", "-pk")
        .first()
    )
    role = Role(access.role) if access else None
    offence = (
        live(Offence.objects.filter(person=person), moment).order_by("-number", "-pk").first()
    )  # the gravest
    return Facts(
        Granted(role, access.kind == Access.Kind.EMERGENCY, access.ends) if access and role else None,
        tuple(
            Interrupted(one.kind, one.get_kind_display(), one.reason, one.begins, one.ends)
            for one in live(Interruption.objects.filter(person=person), moment)
        ),
        Revoked(offence.number, offence.ends) if offence else None,
        role is not Role.ADMINISTRATOR
        or live(
            Designation.objects.filter(person=person, office=Designation.Office.ADMINISTRATOR), moment
        ).exists(),
        courses(person, role, moment) if role else (),
    )


def courses(person: Person, role: Role, moment: datetime) -> tuple[Course, ...]:
    """What the role requires at the moment, with the record of each that counts longest."""
    required = live(Requirement.objects.filter(role=role), moment).select_related("course")
    wanted = {one.course_id: one.course for one in required}
    best: dict[int, datetime | None] = {}
    records = Record.objects.filter(person=person, course__in=wanted, counts_from__lte=moment).filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)
    )
    for course, lapses in records.values_list("course_id", "lapses"):
        if course not in best or _longer(lapses, best[course]):
            best[course] = lapses
    return tuple(
        Course(one.code, one.name, one.clause, one.how, key in best, best.get(key))
        for key, one in sorted(wanted.items(), key=lambda pair: pair[1].name)
    )


def _longer(one: datetime | None, other: datetime | None) -> bool:
    return other is not None and (one is None or one > other)


def live(rows: QuerySet[Period], moment: datetime) -> QuerySet[Period]:
    """The periods that the moment lies in."""
    return rows.filter(begins__lte=moment).filter(Q(ends=None) | Q(ends__gt=moment))
