"""The facts of many people at one moment, by a few plain queries.

Every request asks for one person, and each process every second for all its open streams. The ORM takes several times
as long to build such a query as the database to answer it: so they are written out. What a period or a protocol's
audience means is decided here, in Python."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from plateward.core.audit.records.gate import aware, compared, refusal_of
from plateward.ground import clock
from plateward.people import days
from plateward.people.access.demands import Demands, Required, demands_at
from plateward.people.access.models import Access, Suspension
from plateward.people.access.rules import (
    OFFICES,
    AccessFacts,
    ActiveSuspension,
    GrantedAccess,
    OwedProtocol,
    RequiredCourse,
    Retraining,
    Revocation,
    binds,
    lapses_at,
)
from plateward.people.access.taken_away import taken_away
from plateward.people.agency_grants import latest_term, terms_granted
from plateward.people.employment import Employment
from plateward.people.permissions import Role

NEVER = ""
NOBODY = Employment(here=False, sworn=False, since=None, until=None)
PEOPLE_PER_QUERY = 1000  # people a query; both databases limit the number of parameters

# Of each person, whose key is first. What gives or takes an access comes beside the log (gate.py).
ACCESSES = """
SELECT r.person_id, {columns}, r.begins, r.id, r.ends, r.ended_by, r.role, r.kind, r.unit_id, p.sworn, p.agency,
  p.employed_since, p.employed_until, p.last_login,
  (SELECT MAX(s.seen_at) FROM people_signin s WHERE s.person_id = p.id)
FROM people_access r JOIN people_person p ON p.id = r.person_id {join}
WHERE r.person_id IN ({people}) AND r.decision = 'approved'
"""
DESIGNATIONS = """
SELECT r.person_id, {columns}, r.office, r.begins, r.ends, r.ended_by FROM people_designation r {join}
WHERE r.person_id IN ({people})
"""
GRANTED_APPEALS = """
SELECT o.person_id, {columns}, o.id FROM people_note r JOIN people_offense o ON o.id = r.offense_id {join}
WHERE o.person_id IN ({people}) AND r.kind = 'granted' AND r.at <= %(moment)s
"""
# Once withdrawn, a record counts no more, even if the clock was set back.
COUNTS = """
r.person_id IN ({people}) AND r.completed_on <= %(day)s AND r.recorded_at <= %(moment)s
AND (r.withdrawn_at IS NULL OR r.withdrawn_at > %(moment)s AND %(present)s = 0)
"""
# Of each course the record that decides: the latest one that passed, or any.
TAKEN = f"""
SELECT r.person_id, {{columns}}, r.course_id, CASE WHEN c.passed = 1 THEN r.completed_on END
FROM (
  SELECT d.id, d.passed,
    ROW_NUMBER() OVER (PARTITION BY d.person_id, d.course_id ORDER BY d.passed DESC, d.completed_on DESC) AS rank
  FROM (
    SELECT r.id, r.person_id, r.course_id, r.completed_on, CASE WHEN {{passed}} THEN 1 ELSE 0 END AS passed
    FROM people_record r WHERE {COUNTS}
  ) d
) c JOIN people_record r ON r.id = c.id {{join}} WHERE c.rank = 1
"""  # noqa: S608, our own text
RETAKEN = f"""
SELECT r.person_id, {{columns}}, r.course_id, r.completed_on, r.recorded_at FROM people_record r {{join}}
WHERE {COUNTS} AND {{passed}} AND r.completed_on >= %(since)s
"""  # noqa: S608, our own text
EXCUSED = """
SELECT r.person_id, {columns}, r.duty_id FROM people_retrainingexception r {join}
WHERE r.person_id IN ({people}) AND r.made_at <= %(moment)s
"""
ACKNOWLEDGED = """
SELECT r.person_id, {columns}, r.version_id FROM people_protocolacknowledgment r {join}
WHERE r.person_id IN ({people}) AND r.at <= %(moment)s
"""


class _Approved(NamedTuple):
    """An approved access, with what is known of its person. The latest is the greatest."""

    begins: datetime
    id: int
    ends: datetime | None
    ended_by: str
    role: str
    kind: str
    unit: int | None
    sworn: bool
    agency: str
    employed_since: date | None
    employed_until: date | None
    last_login: datetime | None
    seen_at: datetime | str | None  # SQLite's MAX is a text


def read_facts(people: Collection[int], moment: datetime, *, present: bool = False) -> dict[int, AccessFacts]:
    """The facts for the authorization of each of these people (by key); empty facts where there are none.

    `present`: the moment is now. What acts began or ended then holds even if the clock was set back."""
    keys, facts_by_person = list(people), dict[int, AccessFacts]()
    demands = demands_at(moment)
    for start in range(0, len(keys), PEOPLE_PER_QUERY):
        some = keys[start : start + PEOPLE_PER_QUERY]
        rows = _Rows(some, moment, present, demands)
        facts_by_person |= {key: rows.facts_of(key) for key in some}
    return facts_by_person


class _Rows:
    """What the database says of these people at a moment."""

    def __init__(self, people: Sequence[int], moment: datetime, present: bool, demands: Demands) -> None:
        self.moment, self.present, self.demands = moment, present, demands
        named = {f"p{number}": person for number, person in enumerate(people)}
        marks = _marks(named)
        parameters: dict[str, Any] = named | {
            "moment": connection.ops.adapt_datetimefield_value(moment),
            "day": connection.ops.adapt_datefield_value(days.day_of(moment)),
            "present": int(present),
        }
        passed = "1 = 1"
        for number, (course, mark) in enumerate(demands.pass_marks.items()):
            parameters |= {f"c{number}": course, f"m{number}": mark}
            passed += f" AND (r.course_id <> %(c{number})s OR r.score >= %(m{number})s)"
        self._taken_away = taken_away()
        self._wrong = dict(self._taken_away.wrong)
        with connection.cursor() as cursor:

            def ask(statement: str, **parts: str) -> list[tuple[Any, ...]]:
                cursor.execute(statement.format(people=marks, passed=passed, **parts), parameters)
                return [tuple(map(aware, row)) for row in cursor.fetchall()]

            def ask_recorded(statement: str, **tables: str) -> list[tuple[Any, ...]]:
                """Of these tables, by their rows' names in it."""
                beside, rows = [compared(table, row) for row, table in tables.items()], []
                columns = ", ".join(each.columns for each in beside)
                join = " ".join(each.join for each in beside)
                for person, *row in ask(statement, columns=columns, join=join):
                    for number, each in enumerate(beside):
                        if wrong := each.wrong(*row[3 * number : 3 * number + 3]):
                            self._wrong[person] = wrong
                    rows.append((person, *row[3 * len(beside) :]))
                return rows

            self._approved = defaultdict[int, list[_Approved]](list)
            for person, *row in ask_recorded(ACCESSES, r="people_access", p="people_person"):
                self._approved[person].append(_Approved(*row))
            roles = {row.role for rows in self._approved.values() for row in rows}
            self._designations = _by_key(
                ask_recorded(DESIGNATIONS, r="people_designation") if roles & {*OFFICES} else []
            )
            self._terms, self._closed = terms_granted() if Role.OUTSIDE in roles else ({}, None)
            offended = self._taken_away.offenses.keys() & {*people}
            appeals = ask_recorded(GRANTED_APPEALS, r="people_note") if offended else []
            self._lifted = {offense for _, offense in appeals}
            taken = ask_recorded(TAKEN, r="people_record")
            self._taken = {(person, course): day for person, course, day in taken}
            if demands.duties:
                self._excused = set(ask_recorded(EXCUSED, r="people_retrainingexception"))
                first = min(duty.opened_on for duty in demands.duties)
                parameters["since"] = connection.ops.adapt_datefield_value(first)
                self._retaken = _by_key(ask_recorded(RETAKEN, r="people_record"))
            self._acknowledged = (
                set(ask_recorded(ACKNOWLEDGED, r="people_protocolacknowledgment"))
                if demands.versions
                else set()
            )
        # Thousands took a course on one day: Python tracks a single object.
        self._course_of = cache(_course_of)

    def facts_of(self, person: int) -> AccessFacts:
        """One person's."""
        approved = self._approved.get(person, [])
        live = [row for row in approved if self._is_live(row.begins, row.ends, row.ended_by)]
        access = max(live, default=None)
        role = Role(access.role) if access else None
        return AccessFacts(
            GrantedAccess(role, access.kind == Access.Kind.EMERGENCY, access.ends)
            if access and role
            else None,
            tuple(self._suspensions_of(person)),
            self._revocation_of(person),
            role not in OFFICES
            or any(
                office in OFFICES[role] and self._is_live(*period)
                for office, *period in self._designations[person]
            ),
            _employment_of(access) if access else NOBODY,
            tuple(
                self._course_of(required, self._taken.get((person, required.course.id), NEVER))
                for required in self.demands.required.get(role or "", ())
            ),
            tuple(self._retraining_of(person, role)) if role else (),
            tuple(self._owed_by(person, access, approved)) if access else (),
            used=self._last_use_of(person, access) if access else None,
            agency=latest_term(self._terms.get(access.agency, ()), self.moment, present=self.present)
            if access and role is Role.OUTSIDE
            else None,
            altered=refusal_of(wrong)
            if (wrong := self._wrong.get(person, self._taken_away.of_all or self.demands.wrong))
            else self._closed
            if role is Role.OUTSIDE
            else None,
        )

    def _is_live(self, begins: datetime, ends: datetime | None, ended_by: str = "") -> bool:
        """From `begins` to just before `ends`."""
        return (
            begins <= self.moment and (ends is None or ends > self.moment) and not (self.present and ended_by)
        )

    def _suspensions_of(self, person: int) -> Iterator[ActiveSuspension]:
        for kind, reason, begins, ends in self._taken_away.suspensions.get(person, ()):
            is_planned = kind == Suspension.Kind.LEAVE
            begun = begins <= self.moment or (self.present and not is_planned)
            if begun and (ends is None or ends > self.moment):
                yield ActiveSuspension(kind, str(Suspension.Kind(kind).label), reason, begins, ends)

    def _revocation_of(self, person: int) -> Revocation | None:
        counting = (
            (number, offense, ends)
            for number, offense, begins, ends in self._taken_away.offenses.get(person, ())
            if (begins <= self.moment or self.present)
            and (ends is None or ends > self.moment)
            and offense not in self._lifted
        )
        gravest = max(counting, default=None)
        return Revocation(gravest[0], gravest[2]) if gravest else None

    def _retraining_of(self, person: int, role: Role) -> Iterator[Retraining]:
        """Each duty once, most urgent first."""
        for duty in self.demands.duties:
            if role in duty.roles or person in duty.people:
                done = (person, duty.id) in self._excused or any(
                    course == duty.course.id and _day(on) >= duty.opened_on and at > duty.opened_at
                    for course, on, at in self._retaken[person]
                )
                due = days.end_of(duty.last_day)
                yield Retraining(duty.id, duty.title, duty.course.name, duty.course.how, due, done)

    def _owed_by(self, person: int, access: _Approved, approved: list[_Approved]) -> Iterator[OwedProtocol]:
        """A version binds since it took effect, or since the unbroken run of accesses by which it binds began: a new
        period of access forgives no day."""
        earlier = [row for row in approved if row.begins <= access.begins]
        for version in self.demands.versions:
            binding = [row for row in earlier if binds(version.roles, version.units, row.role, row.unit)]
            if access in binding and (person, version.id) not in self._acknowledged:
                begun = [row.begins for row in binding if not any(_runs_into(each, row) for each in binding)]
                since, due = max(version.effective_at, *begun), None
                if version.within is not None:
                    due = days.end_of(days.day_of(since) + timedelta(days=version.within))
                yield OwedProtocol(version.id, version.title, version.number, since, due)

    def _last_use_of(self, person: int, access: _Approved) -> datetime | None:
        """The last use before the moment. It is unknown when the access was used later, or the moment is in the
        future."""
        restored = [
            ends
            for kind, _, _, ends in self._taken_away.suspensions.get(person, ())
            if kind == Suspension.Kind.INACTIVE and ends and ends <= self.moment
        ]
        seen = aware(datetime.fromisoformat(str(access.seen_at))) if access.seen_at else None
        latest = max(filter(None, [access.begins, access.last_login, seen, *restored]))
        return latest if latest <= self.moment <= clock.now() else None


def _marks(named: Iterable[str]) -> str:
    """The places of these parameters in a statement."""
    return ", ".join(f"%({name})s" for name in named)


def _by_key(rows: Iterable[tuple[Any, ...]]) -> dict[Any, list[Any]]:
    """The rest of each row, by its first value."""
    by_key = defaultdict[Any, list[Any]](list)
    for key, *rest in rows:
        by_key[key].append(rest)
    return by_key


def _course_of(required: Required, taken: date | str | None) -> RequiredCourse:
    """`taken`: the day of the latest record that counts; None: there are only others, NEVER: there is none."""
    (course, valid_days, pass_mark) = required
    told = course.code, course.name, course.clause, course.how
    if not taken:
        return RequiredCourse(*told, False, None, pass_mark, taken is None)
    return RequiredCourse(*told, True, lapses_at(_day(taken), valid_days), pass_mark)


def _employment_of(access: _Approved) -> Employment:
    here = access.agency in ("", settings.AGENCY_ORI)
    since, until = access.employed_since, access.employed_until
    return Employment(here, bool(access.sworn), since and _day(since), until and _day(until))


def _day(value: date | str) -> date:
    """SQLite has a day as a text."""
    return date.fromisoformat(str(value))


def _runs_into(earlier: _Approved, later: _Approved) -> bool:
    return earlier.begins < later.begins and (earlier.ends is None or earlier.ends >= later.begins)
