"""Everything that a person can lack, each taken away alone from a person who has all: tests walk these."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from plateward.ground import clock
from plateward.people import days
from plateward.people.access.models import Access, Designation, Suspension
from plateward.people.agencies.models import AgencyGrant, Declaration, GrantRevocation
from plateward.people.agencies.testing import agency, granted
from plateward.people.models import Person
from plateward.people.penalties.models import Offense
from plateward.people.testing import CAST, untrain
from plateward.people.training.catalog import POLICY_COURSES, courses_required
from plateward.people.training.models import Concern, Course, Duty, Record, Requirement

BY = "system:test"
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Taken:
    """`away` takes it from a person; `clause` is the one that the refusal then names."""

    clause: str
    away: Callable[[Person], object]
    who: str = "gloria"


def suspended(kind: str) -> Callable[[Person], object]:
    return lambda who: Suspension.objects.create(
        person=who, kind=kind, reason="For the test.", begins=clock.now(), begun_by=BY
    )


def offended(number: int, days: int | None) -> Callable[[Person], object]:
    return lambda who: Offense.objects.create(
        person=who,
        what="Looked up a neighbor.",
        clause="6.a.ii.3",
        number=number,
        recorded_by=BY,
        begins=clock.now(),
        ends=clock.now() + timedelta(days=days) if days else None,
    )


def taken(after: timedelta) -> Callable[[Person], object]:
    """Move the yearly training by this much from today."""

    def away(who: Person) -> None:
        untrain(who, "cjis")
        Record.objects.create(
            person=who,
            course=Course.objects.get(code="cjis"),
            issuer="The academy",
            completed_on=days.day_of(clock.now() + after),
            score=95,
            recorded_by=BY,
            recorded_at=clock.now() + min(after, timedelta(0)),
        )

    return away


def failed(who: Person, course: str) -> None:
    """The exam, at one percent below its pass mark."""
    untrain(who, course)
    taught = Course.objects.get(code=course)
    Record.objects.create(
        person=who,
        course=taught,
        issuer="The academy",
        completed_on=days.today(),
        score=(taught.pass_mark or 0) - 1,
        recorded_by=BY,
    )


def employed(begins: timedelta | None, ends: timedelta | None = None) -> Callable[[Person], object]:
    """From so many days from today to so many; from no day: not at all."""

    def away(who: Person) -> None:
        since, until = (
            after if after is None else days.day_of(clock.now() + after) for after in (begins, ends)
        )
        Person.objects.filter(pk=who.pk).update(employed_since=since, employed_until=until)

    return away


def not_retrained(who: Person) -> None:
    """After an incident two months ago."""
    then = clock.now() - timedelta(days=60)
    duty = Duty.objects.create(
        kind=Duty.Kind.INCIDENT,
        title="A lost laptop",
        what="It held a list.",
        happened_on=days.day_of(then),
        course=Course.objects.get(code="policy"),
        owner=who,
        update_due=days.day_of(then),
        retrain_due=days.day_of(then + timedelta(days=30)),
        opened_by=BY,
        opened_at=then,
        opened_on=days.day_of(then + timedelta(days=59)),
    )
    Concern.objects.create(duty=duty, person=who)


def required(who: Person) -> None:
    course = Course.objects.create(code="first-aid", name="First aid", clause="6.b.i.4")
    Requirement.objects.create(
        course=course,
        role=who.role,
        begins=clock.now(),
        set_by=BY,
        agreed_with="The bureau",
        agreed_on=clock.now().date(),
    )


def agency_revoked(who: Person) -> None:
    grant = AgencyGrant.of(who.agency)
    assert grant
    GrantRevocation.objects.create(grant=grant, clause="6.a.ii.3", reason="For the test.", by=who)


def undeclared(who: Person) -> None:
    now = clock.now()
    old = Declaration.objects.create(
        agency=agency(who),
        purposes=["felony"],
        signed_by="X",
        begins=now - SECOND,
        ends=now,
        by=who,
    )
    granted(who, declaration=old)


def ended(model: type[Access] | type[Designation] | type[Requirement]) -> Callable[[Person], object]:
    def away(who: Person) -> None:
        mine = {"role": who.role} if model is Requirement else {"person": who}
        model.objects.filter(**mine).update(ends=clock.now() - SECOND)

    return away


SUSPENDED = {
    "high_risk": "AC-2",
    "inactive": "AC-2",
    "leave": "AC-2",
    "locked": "AC-7",
    "recovery": "IA-2",
    "terminated": "AC-2",
}
# A person of the cast for each course that a role needs.
WHO_NEEDS = {
    code: username
    for username in ("ada", "carla", "hector", "nora", "marco", "lena", "frank", "gloria")
    for code in courses_required(CAST[username][2])
}
LACKS: dict[str, Taken] = {
    "approval": Taken("5.d", lambda who: Access.objects.filter(person=who).update(decision="denied")),
    "access in force": Taken("5.d", ended(Access)),
    "access that has begun": Taken(
        "5.d", lambda who: Access.objects.filter(person=who).update(begins=clock.now() + timedelta(hours=1))
    ),
    "designation": Taken("6.b.i", ended(Designation)),
    **{
        f"course {code}": Taken(POLICY_COURSES[code].clause, partial(untrain, course=code), WHO_NEEDS[code])
        for code in POLICY_COURSES
        if code in WHO_NEEDS
    },
    **{
        f"a passing result in {code}": Taken(course.clause, partial(failed, course=code), WHO_NEEDS[code])
        for code, course in POLICY_COURSES.items()
        if course.pass_mark and code in WHO_NEEDS
    },
    **{
        f"employment as {who}": Taken(clause, employed(None), who)
        for who, clause in {
            "gloria": "5.e",
            "ada": "6.c.i.2",
            "frank": "6.c.i.3",
            "elena": "6.c.i.4",
            "dario": "6.c.i.5",
            "carla": "5.d",
            "nora": "5.d",
        }.items()
    },
    "employment that has begun": Taken("6.c.i.4", employed(timedelta(days=1)), "elena"),
    "employment that has not ended": Taken(
        "6.c.i.3", employed(timedelta(days=-9), timedelta(days=-1)), "frank"
    ),
    "training of the last year": Taken("6.d.ii", taken(timedelta(days=-366))),
    "training before today": Taken("6.d.ii", taken(timedelta(days=1))),
    "retraining after an incident": Taken("6.d.iv", not_retrained),
    "a course required anew": Taken("6.b.i.4", required),
    "the oath of an officer": Taken(
        "6.c.i.2", lambda who: Person.objects.filter(pk=who.pk).update(sworn=False), "ada"
    ),
    "the agency of an officer": Taken(
        "6.c.i.2", lambda who: Person.objects.filter(pk=who.pk).update(agency="CO0000000"), "ada"
    ),
    "any requirement of the role": Taken("6.d.i", ended(Requirement)),
    "an agency": Taken(
        "6.b.i.6", lambda who: Person.objects.filter(pk=who.pk).update(agency="TX0000000"), "kim"
    ),
    "access of the agency": Taken("6.b.i.6", agency_revoked, "kim"),
    "the latest access of the agency": Taken(
        "6.b.i.6", lambda who: granted(who, begins=clock.now() - SECOND, ends=clock.now()), "kim"
    ),
    "a declaration in force": Taken("SB40.declare", undeclared, "kim"),
    **{f"no suspension: {kind}": Taken(clause, suspended(kind)) for kind, clause in SUSPENDED.items()},
    "no first offense": Taken("6.g.i.1", offended(1, 15)),
    "no second offense": Taken("6.g.i.2", offended(2, 30)),
    "no third offense": Taken("6.g.i.3", offended(3, None)),
}
