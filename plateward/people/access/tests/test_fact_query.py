"""The one facts query returns what plain code returns, for any moment and number of people."""

from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, TypeVar

import pytest
from django.db.models import Model

from plateward.people import days
from plateward.people.access import fact_query, standing
from plateward.people.access.models import Access, Designation, Suspension
from plateward.people.access.rules import (
    AccessFacts,
    ActiveSuspension,
    GrantedAccess,
    RequiredCourse,
    Retraining,
    Revocation,
)
from plateward.people.access.tests.history import START, make_history
from plateward.people.employment import Employment
from plateward.people.models import Person, SignIn
from plateward.people.penalties.models import Offense
from plateward.people.permissions import Role
from plateward.people.training.models import Concern, Duty, Record, Requirement, RetrainingException

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Row = TypeVar("Row", bound=Model)


def live(period: Access | Suspension | Designation | Offense | Requirement, moment: datetime) -> bool:
    return (
        period.begins is not None
        and period.begins <= moment
        and (period.ends is None or moment < period.ends)
    )


class Rows:
    """All that there is, read once."""

    def __init__(self) -> None:
        self._known: dict[type[Model], list[Any]] = {}
        self.counting = cache(lambda moment: list(Record.objects.counting(moment)))

    def of(self, model: type[Row]) -> list[Row]:
        if model not in self._known:
            self._known[model] = list(model._default_manager.all())
        return self._known[model]

    def about(self, model: type[Row], who: Person) -> list[Row]:
        return [row for row in self.of(model) if vars(row)["person_id"] == who.pk]


def as_told(who: Person, moment: datetime, rows: Rows) -> AccessFacts:
    """The same in plain Python, from all rows, one by one."""
    accesses = [row for row in rows.about(Access, who) if row.decision == "approved" and live(row, moment)]
    access = max(accesses, key=lambda row: (row.begins or START, row.pk), default=None)
    offenses = [offense for offense in rows.about(Offense, who) if live(offense, moment)]
    gravest = max(offenses, key=lambda offense: (offense.number, offense.pk), default=None)
    offices = {
        designation.office for designation in rows.about(Designation, who) if live(designation, moment)
    }
    courses = {}
    in_force = [requirement for requirement in rows.of(Requirement) if live(requirement, moment)]
    for required in in_force:
        if access and required.role == access.role:
            records = [
                record
                for record in rows.about(Record, who)
                if record.course_id == required.course_id
                and record.completed_on <= days.day_of(moment)
                and record.recorded_at <= moment
                and (record.withdrawn_at is None or moment < record.withdrawn_at)
            ]
            course = required.course
            marks = [
                requirement.pass_mark
                for requirement in in_force
                if requirement.course_id == course.pk and requirement.pass_mark
            ]
            passed = [record for record in records if not marks or (record.score or 0) >= max(marks)]
            latest = max((record.completed_on for record in passed), default=None)
            same = [
                requirement
                for requirement in in_force
                if (requirement.course_id, requirement.role) == (course.pk, required.role)
            ]
            counts = min(
                (requirement.valid_days for requirement in same if requirement.valid_days), default=None
            )
            courses[course.code] = RequiredCourse(
                course.code,
                course.name,
                course.clause,
                course.how,
                bool(passed),
                days.start_of(latest + timedelta(days=counts + 1)) if latest and counts else None,
                max(filter(None, (requirement.pass_mark for requirement in same)), default=None),
                bool(records) and not passed,
            )
    return AccessFacts(
        GrantedAccess(Role(access.role), access.kind == "emergency", access.ends) if access else None,
        tuple(
            ActiveSuspension(
                suspension.kind,
                suspension.get_kind_display(),
                suspension.reason,
                suspension.begins,
                suspension.ends,
            )
            for suspension in rows.about(Suspension, who)
            if live(suspension, moment)
        ),
        Revocation(gravest.number, gravest.ends) if gravest else None,
        not access
        or access.role == "officer"
        or bool(offices & ({"administrator"} if access.role == "administrator" else {"chief", "designee"})),
        Employment(who.agency in ("", "NM0000000"), who.sworn, who.employed_since, None)
        if access
        else Employment(here=False, sworn=False, since=None, until=None),
        tuple(sorted(courses.values(), key=lambda course: course.name)),
        tuple(_retraining(who, duty, moment, rows) for duty in _duties(who, access, moment, rows)),
        used=used(who, access, moment, rows),
    )


def _duties(who: Person, access: Access | None, moment: datetime, rows: Rows) -> list[Duty]:
    return [
        row
        for row in sorted(rows.of(Duty), key=lambda row: (row.retrain_due, row.pk))
        if access and row.opened_at <= moment and (row.closed_at is None or moment < row.closed_at)
        if any(
            each.person_id == who.pk or each.role == access.role
            for each in rows.of(Concern)
            if each.duty_id == row.pk
        )
    ]


def _retraining(who: Person, duty: Duty, moment: datetime, rows: Rows) -> Retraining:
    excepted = [row for row in rows.about(RetrainingException, who) if row.made_at <= moment]
    done = any(row.duty_id == duty.pk for row in excepted) or any(
        record.completed_on >= duty.opened_on and duty.opened_at < record.recorded_at
        for record in rows.counting(moment)
        if (record.person_id, record.course_id) == (who.pk, duty.course_id)
    )
    due = days.start_of(duty.retrain_due + timedelta(days=1))
    return Retraining(duty.pk, duty.title, duty.course.name, duty.course.how, due, done)


def used(who: Person, access: Access | None, moment: datetime, rows: Rows) -> datetime | None:
    seen = [who.last_login, *(sign_in.seen_at for sign_in in rows.about(SignIn, who))]
    if access is None or any(at and at > moment for at in seen):
        return None
    back = [suspension.ends for suspension in rows.about(Suspension, who) if suspension.kind == "inactive"]
    return max(at for at in (access.begins, *seen, *back) if at and at <= moment)


@pytest.mark.clause("5.d/account", "5.d/training", "6.b.i.7/lists")
@pytest.mark.parametrize("seed", range(3))
def test_it_finds_what_the_rows_say_at_every_moment(seed: int) -> None:
    people, rows = make_history(Random(seed)), Rows()
    for day in range(0, 14):
        moment = START + timedelta(days=day)
        facts = fact_query.read_facts([person.pk for person in people], moment)
        for who in people:
            assert facts[who.pk] == as_told(who, moment, rows), f"{who} on day {day}"


@pytest.mark.clause("5.d/all")
def test_many_at_once_stand_as_each_alone_and_a_stranger_has_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact_query, "PEOPLE_PER_QUERY", 4)
    people = make_history(Random(7))
    moment = START + timedelta(days=6)
    keys = [*(person.pk for person in people), 999_999]
    assert standing.standings_of(keys, moment) == {
        key: standing.standings_of([key], moment)[key] for key in keys
    }
    assert standing.standings_of([999_999], moment)[999_999].missing[0].clause == "5.d"
    assert standing.standings_of([], moment) == {}
