"""The facts of many people at one moment, in one database query.

Every request runs it, and each process runs it every second for all its open streams. The ORM takes several
times as long to build the query as the database to answer it; so the SQL is written out here, once, for both
databases and for any moment, past or future."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Model

from plateward import clock
from plateward.people import days
from plateward.people.access.models import Access, Designation, Suspension
from plateward.people.access.rules import (
    OFFICES,
    AccessFacts,
    ActiveSuspension,
    GrantedAccess,
    OwedProtocol,
    RequiredCourse,
    Retraining,
    Revocation,
)
from plateward.people.courses import models as training
from plateward.people.courses.validity import lapses_at
from plateward.people.models import Person, SignIn
from plateward.people.offenses.models import Note, Offense
from plateward.people.permissions import Role
from plateward.people.protocols.models import Acknowledgment, Protocol, ProtocolVersion

PEOPLE_PER_QUERY = 1000  # people a query; both databases limit the number of parameters


def table(model: type[Model]) -> str:
    return model._meta.db_table


def _binds(access: str) -> str:
    """Whether the protocol's version `v` binds by this access: protocols.rules.binds, in SQL."""
    return f"""(CAST(v.roles AS text) = '[]' OR CAST(v.roles AS text) LIKE '%%"' || {access}.role || '"%%')
  AND (CAST(v.units AS text) = '[]' OR CAST(v.units AS text) LIKE '%%"' || {access}.unit_id || '"%%')"""


# A version binds since it took effect, or since the unbroken run of accesses by which it binds began: a new period
# of access forgives no day.
BINDS_SINCE = f"""(
  SELECT MAX(CASE WHEN v.effective_at > a.begins THEN v.effective_at ELSE a.begins END) FROM {table(Access)} a
  WHERE a.person_id = g.person_id AND a.decision = 'approved' AND a.begins <= g.begins AND {_binds("a")}
    AND NOT EXISTS (
      SELECT 1 FROM {table(Access)} e
      WHERE e.person_id = a.person_id AND e.decision = 'approved' AND e.begins < a.begins
        AND (e.ends IS NULL OR e.ends >= a.begins) AND {_binds("e")}
    )
)"""  # noqa: S608, names of tables alone

# Every branch: person, what, its number, then values. A period is live from `begins` to just before `ends`.
# `day` is the agency's at the moment. Records are not materialized first: their index finds many people's
# too. What acts began or ended holds at `present` even if the clock was set back; only leave is planned.
QUERY = f"""
WITH who(id) AS (VALUES {{people}}),
granted AS (
  SELECT a.* FROM who CROSS JOIN {table(Access)} a
  WHERE a.person_id = who.id AND a.decision = 'approved'
    AND a.begins <= %(moment)s AND (a.ends IS NULL OR a.ends > %(moment)s)
    AND (%(present)s = 0 OR a.ended_by = '')
),
counting AS NOT MATERIALIZED (
  SELECT t.* FROM {table(training.Record)} t
  WHERE t.completed_on <= %(day)s
    AND t.recorded_at <= %(moment)s AND (t.withdrawn_at IS NULL OR t.withdrawn_at > %(moment)s AND %(present)s = 0)
)
SELECT g.person_id, 'granted', g.id, g.role, g.kind, '', '', '', g.begins, g.ends,
  CASE WHEN p.sworn AND p.agency IN ('', %(ours)s) THEN 1 ELSE 0 END, ''
FROM granted g JOIN {table(Person)} p ON p.id = g.person_id
UNION ALL
SELECT i.person_id, 'suspended', i.id, i.kind, '', i.reason, '', '', i.begins, i.ends, 0, ''
FROM who CROSS JOIN {table(Suspension)} i
WHERE i.person_id = who.id AND (i.ends IS NULL OR i.ends > %(moment)s)
  AND (i.begins <= %(moment)s OR %(present)s = 1 AND i.kind <> 'leave')
UNION ALL
SELECT p.id, 'used', 0, '', '', '', '', '', p.last_login, NULL, 0, ''
FROM who CROSS JOIN {table(Person)} p WHERE p.id = who.id AND p.last_login IS NOT NULL
UNION ALL
SELECT s.person_id, 'used', 0, '', '', '', '', '', s.seen_at, NULL, 0, ''
FROM who CROSS JOIN {table(SignIn)} s WHERE s.person_id = who.id
UNION ALL
SELECT i.person_id, 'used', 0, '', '', '', '', '', i.ends, NULL, 0, ''
FROM who CROSS JOIN {table(Suspension)} i
WHERE i.person_id = who.id AND i.kind = 'inactive' AND i.ends <= %(moment)s
UNION ALL
SELECT d.person_id, 'designated', d.id, d.office, '', '', '', '', d.begins, d.ends, 0, ''
FROM who CROSS JOIN {table(Designation)} d
WHERE d.person_id = who.id AND d.begins <= %(moment)s AND (d.ends IS NULL OR d.ends > %(moment)s)
  AND (%(present)s = 0 OR d.ended_by = '')
UNION ALL
SELECT o.person_id, 'revoked', o.id, '', '', '', '', '', o.begins, o.ends, o.number, ''
FROM who CROSS JOIN {table(Offense)} o
WHERE o.person_id = who.id AND (o.begins <= %(moment)s OR %(present)s = 1) AND (o.ends IS NULL OR o.ends > %(moment)s)
  AND NOT EXISTS (
    SELECT 1 FROM {table(Note)} n WHERE n.offense_id = o.id AND n.kind = 'granted' AND n.at <= %(moment)s
  )
UNION ALL
SELECT g.person_id, 'course', c.id, c.code, g.role, c.name, c.clause, c.how, NULL, NULL,
  MIN(r.valid_days), CAST(MAX(t.completed_on) AS text)
FROM granted g
JOIN {table(training.Requirement)} r ON r.role = g.role
  AND r.begins <= %(moment)s AND (r.ends IS NULL OR r.ends > %(moment)s)
JOIN {table(training.Course)} c ON c.id = r.course_id
LEFT JOIN counting t ON t.person_id = g.person_id AND t.course_id = c.id
GROUP BY g.person_id, g.role, c.id
UNION ALL
SELECT g.person_id, 'retraining', d.id, '', g.role, d.title, c.name, c.how, NULL, NULL,
  CASE WHEN EXISTS (
    SELECT 1 FROM {table(training.RetrainingException)} e
    WHERE e.duty_id = d.id AND e.person_id = g.person_id AND e.made_at <= %(moment)s
  ) OR EXISTS (
    SELECT 1 FROM counting t WHERE t.person_id = g.person_id AND t.course_id = d.course_id
      AND t.completed_on >= d.opened_on AND t.recorded_at > d.opened_at
  ) THEN 1 ELSE 0 END, CAST(d.retrain_due AS text)
FROM granted g
JOIN {table(training.Duty)} d ON d.opened_at <= %(moment)s AND (d.closed_at IS NULL OR d.closed_at > %(moment)s)
JOIN {table(training.Course)} c ON c.id = d.course_id
WHERE EXISTS (
  SELECT 1 FROM {table(training.Concern)} k WHERE k.duty_id = d.id AND (k.person_id = g.person_id OR k.role = g.role)
)
UNION ALL
SELECT g.person_id, 'protocol', v.id, '', CAST(g.id AS text), v.title, '', '',
  {BINDS_SINCE}, NULL,
  v.acknowledge_within, CAST(v.number AS text)
FROM granted g
JOIN {table(ProtocolVersion)} v ON v.effective_at <= %(moment)s AND {_binds("g")}
JOIN {table(Protocol)} p ON p.id = v.protocol_id AND (p.withdrawn_at IS NULL OR p.withdrawn_at > %(moment)s)
WHERE NOT EXISTS (
  SELECT 1 FROM {table(ProtocolVersion)} n
  WHERE n.protocol_id = v.protocol_id AND n.number > v.number AND n.effective_at <= %(moment)s
) AND NOT EXISTS (
  SELECT 1 FROM {table(Acknowledgment)} a
  WHERE a.version_id = v.id AND a.person_id = g.person_id AND a.at <= %(moment)s
)
"""  # noqa: S608, names of tables alone


class _FactRow(NamedTuple):
    person: int
    what: str
    id: int
    code: str  # role, kind, office or course
    of: str  # the access's kind; the role that requires a course; the access that a protocol binds
    text: str
    clause: str
    how: str
    begins: Any
    ends: Any
    # Of the offense; days that a course is valid, or to acknowledge; whether sworn here, or retraining done.
    number: int | None
    day: str | None  # when the course was last taken; the retraining deadline; a protocol's version


def read_facts(people: Collection[int], moment: datetime, *, present: bool = False) -> dict[int, AccessFacts]:
    """The facts for the authorization of each of these people (by key); empty facts where there are none.

    `present`: the moment is now."""
    keys, facts_by_person = list(people), dict[int, AccessFacts]()
    course_of = cache(_course_of)  # thousands took a course on one day: Python tracks a single object
    for start in range(0, len(keys), PEOPLE_PER_QUERY):
        some, rows_by_person = keys[start : start + PEOPLE_PER_QUERY], defaultdict[int, list[_FactRow]](list)
        for row in _query(some, moment, present):
            rows_by_person[row.person].append(row)
        facts_by_person |= {key: _facts_of(rows_by_person[key], moment, course_of) for key in some}
    return facts_by_person


def _query(people: list[int], moment: datetime, present: bool) -> Iterator[_FactRow]:
    named: dict[str, Any] = {f"p{number}": person for number, person in enumerate(people)}
    parameters: dict[str, Any] = {
        "moment": connection.ops.adapt_datetimefield_value(moment),
        "day": connection.ops.adapt_datefield_value(days.day_of(moment)),
        "present": int(present),
        "ours": settings.AGENCY_ORI,
    }
    question = QUERY.format(people=", ".join(f"(%({name})s)" for name in named))
    with connection.cursor() as cursor:
        cursor.execute(question, named | parameters)
        for row in cursor.fetchall():
            yield _FactRow(*row)


def _facts_of(
    rows: list[_FactRow], moment: datetime, course_of: Callable[..., RequiredCourse]
) -> AccessFacts:
    by_kind: dict[str, list[_FactRow]] = defaultdict(list)
    for row in rows:
        by_kind[row.what].append(row)
    access = max(
        by_kind["granted"], key=lambda fact: (_aware_time(fact.begins), fact.id), default=None
    )  # the latest
    gravest = max(by_kind["revoked"], key=lambda fact: (fact.number or 0, fact.id), default=None)
    role = Role(access.code) if access else None
    return AccessFacts(
        GrantedAccess(role, access.of == Access.Kind.EMERGENCY, _aware_time(access.ends))
        if access and role
        else None,
        tuple(_suspension_of(fact) for fact in sorted(by_kind["suspended"], key=lambda fact: fact.id)),
        Revocation(gravest.number or 0, _aware_time(gravest.ends)) if gravest else None,
        role not in OFFICES or any(fact.code in OFFICES[role] for fact in by_kind["designated"]),
        access is not None and access.number == 1,
        tuple(
            course_of(fact.code, fact.text, fact.clause, fact.how, fact.day, fact.number)
            for fact in sorted(by_kind["course"], key=lambda fact: fact.text)
            if fact.of == role
        ),
        tuple(_retraining_of(fact) for fact in _without_repeats(by_kind["retraining"]) if fact.of == role),
        tuple(
            _owed_protocol(fact)
            for fact in sorted(by_kind["protocol"], key=lambda fact: fact.id)
            if access and fact.of == str(access.id)
        ),
        used=_last_use(access, by_kind["used"], moment),
    )


def _course_of(
    code: str, name: str, clause: str, how: str, day: str | None, valid_days: int | None
) -> RequiredCourse:
    until = lapses_at(date.fromisoformat(day), valid_days) if day else None
    return RequiredCourse(code, name, clause, how, day is not None, until)


def _without_repeats(duties: list[_FactRow]) -> Iterator[_FactRow]:
    """Each duty once, most urgent first; a person with two accesses in a role would get it twice."""
    return iter(sorted({(row.id, row.of): row for row in duties}.values(), key=lambda row: (row.day, row.id)))


def _retraining_of(row: _FactRow) -> Retraining:
    due = days.start_of(date.fromisoformat(row.day or "") + timedelta(days=1))
    return Retraining(row.id, row.text, row.clause, row.how, due, row.number == 1)


def _owed_protocol(row: _FactRow) -> OwedProtocol:
    since = _aware_time(row.begins)
    within = row.number
    due = None if within is None else days.start_of(days.day_of(since) + timedelta(days=within + 1))
    return OwedProtocol(row.id, row.text, int(row.day or 0), since, due)


def _last_use(access: _FactRow | None, uses_told: list[_FactRow], moment: datetime) -> datetime | None:
    """The last use before the moment. It is unknown when the access was used later, or the moment is in the
    future."""
    uses = [_aware_time(row.begins) for row in (access, *uses_told) if row]
    latest = max(uses, default=moment)
    return latest if access and latest <= moment <= clock.now() else None


def _suspension_of(row: _FactRow) -> ActiveSuspension:
    label = Suspension.Kind(row.code).label
    return ActiveSuspension(row.code, str(label), row.text, _aware_time(row.begins), _aware_time(row.ends))


def _aware_time(value: Any) -> Any:
    """SQLite keeps times in UTC without an offset, and computed ones as text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
