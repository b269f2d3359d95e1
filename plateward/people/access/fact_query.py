"""The facts of many people at one moment, by a few plain queries.

Every request asks for one person, and each process every second for all its open streams. The ORM takes several times
as long to build such a query as the database to answer it: so they are written out. What a period or a protocol's
audience means is decided here, in Python."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from plateward.core.audit.records.gate import compared, refusal_of, wrong_rows
from plateward.core.audit.records.integrity import Wrong
from plateward.ground import clock
from plateward.people import days
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
from plateward.people.agency_terms import AgencyTerm
from plateward.people.employment import Employment
from plateward.people.permissions import Role

NEVER = ""
NOBODY = Employment(here=False, sworn=False, since=None, until=None)
PEOPLE_PER_QUERY = 1000  # people a query; both databases limit the number of parameters

# Of each person, whose key is first. What gives or takes an access comes beside the log (gate.py), as `r`.
ACCESSES = """
SELECT r.person_id, {columns}, r.begins, r.id, r.ends, r.ended_by, r.role, r.kind, r.unit_id, p.sworn, p.agency,
  p.employed_since, p.employed_until, p.last_login,
  (SELECT MAX(s.seen_at) FROM people_signin s WHERE s.person_id = p.id)
FROM people_access r JOIN people_person p ON p.id = r.person_id {join}
WHERE r.person_id IN ({people}) AND r.decision = 'approved'
"""
SUSPENSIONS = """
SELECT r.person_id, {columns}, r.kind, r.reason, r.begins, r.ends FROM people_suspension r {join}
WHERE r.person_id IN ({people}) ORDER BY r.id
"""
DESIGNATIONS = """
SELECT r.person_id, {columns}, r.office, r.begins, r.ends, r.ended_by FROM people_designation r {join}
WHERE r.person_id IN ({people})
"""
AGENCIES = """
SELECT p.id, g.begins, g.ends, d.ends, v.at, q.id, g.id, d.id, v.id
FROM people_person p JOIN people_agency a ON a.ori = p.agency JOIN people_agencyrequest q ON q.agency_id = a.id
JOIN people_agencygrant g ON g.request_id = q.id LEFT JOIN people_declaration d ON d.id = g.declaration_id
LEFT JOIN people_grantrevocation v ON v.grant_id = g.id
WHERE p.id IN ({people}) AND g.begins <= %(moment)s ORDER BY g.id
"""
AGENCY_TABLES = "people_agencyrequest", "people_agencygrant", "people_declaration", "people_grantrevocation"
OFFENSES = """
SELECT r.person_id, {columns}, r.number, r.id, r.begins, r.ends FROM people_offense r {join}
WHERE r.person_id IN ({people}) AND NOT EXISTS (
  SELECT 1 FROM people_note n WHERE n.offense_id = r.id AND n.kind = 'granted' AND n.at <= %(moment)s
)
"""
# Once withdrawn, a record counts no more, even if the clock was set back.
COUNTS = """
t.person_id IN ({people}) AND t.completed_on <= %(day)s AND t.recorded_at <= %(moment)s
AND (t.withdrawn_at IS NULL OR t.withdrawn_at > %(moment)s AND %(present)s = 0)
"""
# Each course's pass mark; NULL: it has no exam.
MARKED = """
LEFT JOIN (
  SELECT r.course_id, MAX(r.pass_mark) AS mark FROM people_requirement r
  WHERE r.begins <= %(moment)s AND (r.ends IS NULL OR r.ends > %(moment)s) GROUP BY r.course_id
) x ON x.course_id = t.course_id
"""
PASSED = "(x.mark IS NULL OR t.score >= x.mark)"
# Of each course the record that decides: the latest one that passed, or any.
TAKEN = f"""
SELECT r.person_id, {{columns}}, r.course_id, CASE WHEN c.passed = 1 THEN r.completed_on END
FROM (
  SELECT d.id, d.passed,
    ROW_NUMBER() OVER (PARTITION BY d.person_id, d.course_id ORDER BY d.passed DESC, d.completed_on DESC) AS rank
  FROM (
    SELECT t.id, t.person_id, t.course_id, t.completed_on, CASE WHEN {PASSED} THEN 1 ELSE 0 END AS passed
    FROM people_record t {MARKED} WHERE {COUNTS}
  ) d
) c JOIN people_record r ON r.id = c.id {{join}} WHERE c.rank = 1
"""  # noqa: S608, our own text
RETRAINED = f"""
SELECT e.person_id, e.duty_id FROM people_retrainingexception e
WHERE e.person_id IN ({{people}}) AND e.made_at <= %(moment)s
UNION SELECT t.person_id, d.id FROM people_record t JOIN people_duty d ON d.course_id = t.course_id {MARKED}
WHERE {COUNTS} AND {PASSED} AND t.completed_on >= d.opened_on AND t.recorded_at > d.opened_at
"""  # noqa: S608, our own text
ACKNOWLEDGED = """
SELECT r.person_id, {columns}, r.version_id FROM people_protocolacknowledgment r {join}
WHERE r.person_id IN ({people}) AND r.at <= %(moment)s
"""

# Of everybody, or of a role.
REQUIREMENTS = """
SELECT r.role, c.id, c.code, c.name, c.clause, c.how, MIN(r.valid_days), MAX(r.pass_mark)
FROM people_requirement r JOIN people_course c ON c.id = r.course_id
WHERE r.role IN ({roles}) AND r.begins <= %(moment)s AND (r.ends IS NULL OR r.ends > %(moment)s)
GROUP BY r.role, c.id ORDER BY c.name
"""
DUTIES = """
SELECT k.role, k.person_id, d.id, d.title, c.name, c.how, d.retrain_due
FROM people_duty d JOIN people_course c ON c.id = d.course_id JOIN people_concern k ON k.duty_id = d.id
WHERE d.opened_at <= %(moment)s AND (d.closed_at IS NULL OR d.closed_at > %(moment)s)
  AND (k.person_id IS NULL OR k.person_id IN ({people}))
ORDER BY d.retrain_due, d.id
"""
VERSIONS = """
SELECT v.id, v.title, v.number, v.effective_at, v.acknowledge_within, v.roles, v.units
FROM people_protocolversion v JOIN people_protocol p ON p.id = v.protocol_id
WHERE v.effective_at <= %(moment)s AND (p.withdrawn_at IS NULL OR p.withdrawn_at > %(moment)s) AND NOT EXISTS (
  SELECT 1 FROM people_protocolversion n
  WHERE n.protocol_id = v.protocol_id AND n.number > v.number AND n.effective_at <= %(moment)s
) ORDER BY v.id
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
    for start in range(0, len(keys), PEOPLE_PER_QUERY):
        some = keys[start : start + PEOPLE_PER_QUERY]
        rows = _Rows(some, moment, present)
        facts_by_person |= {key: rows.facts_of(key) for key in some}
    return facts_by_person


class _Rows:
    """What the database says of these people at a moment."""

    def __init__(self, people: Sequence[int], moment: datetime, present: bool) -> None:
        self.moment, self.present = moment, present
        named = {f"p{number}": person for number, person in enumerate(people)}
        marks = _marks(named)
        parameters: dict[str, Any] = named | {
            "moment": connection.ops.adapt_datetimefield_value(moment),
            "day": connection.ops.adapt_datefield_value(days.day_of(moment)),
            "present": int(present),
        }
        self._wrong = dict[int, Wrong]()
        with connection.cursor() as cursor:

            def ask(statement: str, **parts: str) -> list[tuple[Any, ...]]:
                cursor.execute(statement.format(people=marks, **parts), parameters)
                return [tuple(map(_aware, row)) for row in cursor.fetchall()]

            def ask_recorded(statement: str, table: str) -> list[tuple[Any, ...]]:
                beside, rows = compared(table, "r"), []
                for person, key, content, logged, *row in ask(
                    statement, columns=beside.columns, join=beside.join
                ):
                    rows.append((person, *row))
                    if wrong := beside.wrong(key, content, logged):
                        self._wrong[person] = wrong
                return rows

            self._approved = defaultdict[int, list[_Approved]](list)
            for person, *row in ask_recorded(ACCESSES, "people_access"):
                self._approved[person].append(_Approved(*row))
            roles = {row.role for rows in self._approved.values() for row in rows}
            roles_named = {f"r{number}": role for number, role in enumerate(roles)}
            parameters |= roles_named
            self._designations = _by_key(
                ask_recorded(DESIGNATIONS, "people_designation") if roles & {*OFFICES} else []
            )
            self._agencies = _by_key(ask(AGENCIES) if Role.OUTSIDE in roles else [])
            self._wrong |= _wrong_grants(self._agencies)
            self._suspensions = _by_key(ask_recorded(SUSPENSIONS, "people_suspension"))
            self._offenses = _by_key(ask_recorded(OFFENSES, "people_offense"))
            required = ask(REQUIREMENTS, roles=_marks(roles_named)) if roles else []
            self._required = _by_key(required)
            taken = ask_recorded(TAKEN, "people_record")
            self._taken = {(person, course): day for person, course, day in taken}
            self._duties = ask(DUTIES)
            self._retrained = set(ask(RETRAINED)) if self._duties else set()
            self._versions = ask(VERSIONS)
            self._acknowledged = (
                set(ask_recorded(ACKNOWLEDGED, "people_protocolacknowledgment")) if self._versions else set()
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
                self._course_of(*told, self._taken.get((person, course), NEVER))
                for course, *told in self._required[role or ""]
            ),
            tuple(self._retraining_of(person, role)) if role else (),
            tuple(self._owed_by(person, access, approved)) if access else (),
            used=self._last_use_of(person, access) if access else None,
            agency=_latest_term(self._agencies[person], self.moment if self.present else None)
            if role is Role.OUTSIDE
            else None,
            altered=refusal_of(self._wrong[person]) if person in self._wrong else None,
        )

    def _is_live(self, begins: datetime, ends: datetime | None, ended_by: str = "") -> bool:
        """From `begins` to just before `ends`."""
        return (
            begins <= self.moment and (ends is None or ends > self.moment) and not (self.present and ended_by)
        )

    def _suspensions_of(self, person: int) -> Iterator[ActiveSuspension]:
        for kind, reason, begins, ends in self._suspensions[person]:
            is_planned = kind == Suspension.Kind.LEAVE
            begun = begins <= self.moment or (self.present and not is_planned)
            if begun and (ends is None or ends > self.moment):
                yield ActiveSuspension(kind, str(Suspension.Kind(kind).label), reason, begins, ends)

    def _revocation_of(self, person: int) -> Revocation | None:
        counting = (
            (number, offense, ends)
            for number, offense, begins, ends in self._offenses[person]
            if (begins <= self.moment or self.present) and (ends is None or ends > self.moment)
        )
        gravest = max(counting, default=None)
        return Revocation(gravest[0], gravest[2]) if gravest else None

    def _retraining_of(self, person: int, role: Role) -> Iterator[Retraining]:
        """Each duty once, most urgent first."""
        concerning = dict.fromkeys(
            tuple(duty)
            for of_role, of_person, *duty in self._duties
            if of_role == role or of_person == person
        )
        for duty, title, course, how, last_day in concerning:
            due = days.end_of(last_day)
            yield Retraining(duty, title, course, how, due, (person, duty) in self._retrained)

    def _owed_by(self, person: int, access: _Approved, approved: list[_Approved]) -> Iterator[OwedProtocol]:
        """A version binds since it took effect, or since the unbroken run of accesses by which it binds began: a new
        period of access forgives no day."""
        earlier = [row for row in approved if row.begins <= access.begins]
        for version, title, number, effective_at, within, roles, units in self._versions:
            binding = [
                row for row in earlier if binds(json.loads(roles), json.loads(units), row.role, row.unit)
            ]
            if access in binding and (person, version) not in self._acknowledged:
                begun = [row.begins for row in binding if not any(_runs_into(each, row) for each in binding)]
                since = max(effective_at, *begun)
                due = None if within is None else days.end_of(days.day_of(since) + timedelta(days=within))
                yield OwedProtocol(version, title, number, since, due)

    def _last_use_of(self, person: int, access: _Approved) -> datetime | None:
        """The last use before the moment. It is unknown when the access was used later, or the moment is in the
        future."""
        restored = [
            ends
            for kind, _, _, ends in self._suspensions[person]
            if kind == Suspension.Kind.INACTIVE and ends and ends <= self.moment
        ]
        seen = _aware(datetime.fromisoformat(str(access.seen_at))) if access.seen_at else None
        latest = max(filter(None, [access.begins, access.last_login, seen, *restored]))
        return latest if latest <= self.moment <= clock.now() else None


def read_agency_term(person: int, now: datetime) -> AgencyTerm | None:
    """How long the agency of this person may ask, as far as it was granted anything."""
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(AGENCIES.format(people="%(person)s"), {"person": person, "moment": moment})
        return _latest_term([tuple(map(_aware, row[1:])) for row in cursor.fetchall()], now)


def _latest_term(grants: Sequence[tuple[Any, ...]], now: datetime | None) -> AgencyTerm | None:
    """Of the latest grant, which replaced those before. `now`: the moment asked about, if it is the present one:
    revoked stays revoked, whatever the clock is set to."""
    if not grants:
        return None
    begins, ends, declaration_ends, revoked_at = grants[-1][:4]
    if now and revoked_at:
        revoked_at = min(revoked_at, now)
    return AgencyTerm(begins=begins, ends=ends, declaration_ends=declaration_ends, revoked_at=revoked_at)


def _wrong_grants(agencies: dict[Any, list[Any]]) -> dict[int, Wrong]:
    """By person, what of all that their agency was granted is not as the log says."""
    found = dict[int, Wrong]()
    for number, table in enumerate(AGENCY_TABLES, 4):
        concerned = defaultdict[Any, set[int]](set)
        for person, grants in agencies.items():
            for grant in grants:
                if grant[number] is not None:
                    concerned[grant[number]].add(person)
        for key, wrong in wrong_rows(table, concerned):
            found |= dict.fromkeys(concerned[key], wrong)
    return found


def _marks(named: Iterable[str]) -> str:
    """The places of these parameters in a statement."""
    return ", ".join(f"%({name})s" for name in named)


def _by_key(rows: Iterable[tuple[Any, ...]]) -> dict[Any, list[Any]]:
    """The rest of each row, by its first value."""
    by_key = defaultdict[Any, list[Any]](list)
    for key, *rest in rows:
        by_key[key].append(rest)
    return by_key


def _aware(value: Any) -> Any:
    """SQLite keeps times in UTC without an offset."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _course_of(
    code: str,
    name: str,
    clause: str,
    how: str,
    valid_days: int | None,
    pass_mark: int | None,
    taken: date | str | None,
) -> RequiredCourse:
    """`taken`: the day of the latest record that counts; None: there are only others, NEVER: there is none."""
    if not taken:
        return RequiredCourse(code, name, clause, how, False, None, pass_mark, taken is None)
    until = lapses_at(_day(taken), valid_days)
    return RequiredCourse(code, name, clause, how, True, until, pass_mark)


def _employment_of(access: _Approved) -> Employment:
    here = access.agency in ("", settings.AGENCY_ORI)
    since, until = access.employed_since, access.employed_until
    return Employment(here, bool(access.sworn), since and _day(since), until and _day(until))


def _day(value: date | str) -> date:
    """SQLite has a day as a text."""
    return date.fromisoformat(str(value))


def _runs_into(earlier: _Approved, later: _Approved) -> bool:
    return earlier.begins < later.begins and (earlier.ends is None or earlier.ends >= later.begins)
