"""What access demands of everybody in a role: courses, retraining, protocols. A process keeps it as it compared it with
the log (gate.py); what a period means is decided here."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from plateward.core.audit.records.gate import Kept, Tables, aware
from plateward.core.audit.records.integrity import Wrong


@dataclass(frozen=True)
class Course:
    id: int
    code: str
    name: str
    clause: str
    how: str


class Required(NamedTuple):
    """A course that a role must have: the shortest term and the highest mark of what requires it."""

    course: Course
    valid_days: int | None
    pass_mark: int | None


@dataclass(frozen=True)
class OpenDuty:
    """A duty to retrain: what was completed before `opened_on`, or entered before `opened_at`, does not count."""

    id: int
    title: str
    course: Course
    last_day: date
    opened_on: date
    opened_at: datetime
    closed_at: datetime | None
    roles: Collection[str]
    people: Collection[int]


@dataclass(frozen=True)
class Version:
    """A protocol's version; `roles` and `units`: of whom it is to be acknowledged, `within` how many days."""

    id: int
    protocol: int
    number: int
    title: str
    effective_at: datetime
    within: int | None
    roles: Sequence[str]
    units: Sequence[str]
    withdrawn_at: datetime | None


class _Requirement(NamedTuple):
    course: Course
    valid_days: int | None
    pass_mark: int | None
    begins: datetime
    ends: datetime | None


@dataclass(frozen=True)
class _Every:
    """At any time; requirements by role and in the order of their courses' names, duties with the most urgent first."""

    requirements: Mapping[str, Sequence[_Requirement]]
    duties: Sequence[OpenDuty]
    versions: Sequence[Version]

    @classmethod
    def of(cls, tables: Tables) -> "_Every":
        rows = {name: [tuple(map(aware, row)) for row in some] for name, some in tables.items()}
        known = {row[0]: Course(*row) for row in rows["people_course"]}

        def course(key: int) -> Course:
            return known.get(key) or Course(key, "", "A course whose record is missing", "", "")

        requirements = defaultdict[str, list[_Requirement]](list)
        for role, key, *terms in rows["people_requirement"]:
            requirements[role].append(_Requirement(course(key), *terms))
        for some in requirements.values():
            some.sort(key=lambda row: row.course.name)
        roles, people = defaultdict[int, set[str]](set), defaultdict[int, set[int]](set)
        for duty, role, person in rows["people_concern"]:
            if person is None:
                roles[duty].add(role)
            else:
                people[duty].add(person)
        duties = [
            OpenDuty(key, title, course(taught), due, on, at, closed_at, roles[key], people[key])
            for key, title, taught, due, on, at, closed_at in rows["people_duty"]
        ]
        withdrawn = dict(rows["people_protocol"])
        versions = [
            Version(key, of, number, title, at, within, json.loads(by), json.loads(units), withdrawn.get(of))
            for key, of, number, title, at, within, by, units in rows["people_protocolversion"]
            if at  # else a draft
        ]
        return cls(
            requirements,
            sorted(duties, key=lambda duty: (duty.last_day, duty.id)),
            sorted(versions, key=lambda version: version.id),
        )


COLUMNS = {
    "people_course": "r.id, r.code, r.name, r.clause, r.how",
    "people_requirement": "r.role, r.course_id, r.valid_days, r.pass_mark, r.begins, r.ends",
    "people_duty": "r.id, r.title, r.course_id, r.retrain_due, r.opened_on, r.opened_at, r.closed_at",
    "people_concern": "r.duty_id, r.role, r.person_id",
    "people_protocol": "r.id, r.withdrawn_at",
    "people_protocolversion": (
        "r.id, r.protocol_id, r.number, r.title, r.effective_at, r.acknowledge_within, r.roles, r.units"
    ),
}
KEPT = Kept(COLUMNS, _Every.of)


@dataclass(frozen=True)
class Demands:
    """At a moment. `pass_marks`: by course, the highest of any role; without one it has no exam. `wrong`: the record
    that is not as the log says, if there is one: then nobody has access by these."""

    required: Mapping[str, Sequence[Required]]
    pass_marks: Mapping[int, int]
    duties: Sequence[OpenDuty]
    versions: Sequence[Version]
    wrong: Wrong | None


def demands_at(moment: datetime) -> Demands:
    """What is demanded at this moment."""
    every, altered = KEPT.read()

    def past(at: datetime | None) -> bool:
        return at is not None and at <= moment

    required, marks = dict[str, list[Required]](), dict[int, int]()
    for role, rows in every.requirements.items():
        terms = defaultdict[Course, list[_Requirement]](list)
        for row in rows:
            if past(row.begins) and not past(row.ends):
                terms[row.course].append(row)
        required[role] = [_together(course, some) for course, some in terms.items()]
        for course, _, mark in required[role]:
            if mark is not None:
                marks[course.id] = max(mark, marks.get(course.id, mark))
    latest = dict[int, Version]()
    for version in every.versions:
        newer = version.protocol not in latest or version.number > latest[version.protocol].number
        if newer and past(version.effective_at) and not past(version.withdrawn_at):
            latest[version.protocol] = version
    duties = [duty for duty in every.duties if past(duty.opened_at) and not past(duty.closed_at)]
    return Demands(
        required,
        marks,
        duties,
        sorted(latest.values(), key=lambda each: each.id),
        next((each.wrong for each in altered), None),
    )


def _together(course: Course, rows: Sequence[_Requirement]) -> Required:
    days = [row.valid_days for row in rows if row.valid_days is not None]
    marks = [row.pass_mark for row in rows if row.pass_mark is not None]
    return Required(course, min(days, default=None), max(marks, default=None))
