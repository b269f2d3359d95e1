"""People as a CSV file. Pure: bytes and existing data in, rows and rejections out."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from plateward.core.pages.csv_import import CsvColumns, LineError, RejectedLine, parse_csv, parse_day
from plateward.ground.policy.trace import enforces
from plateward.people.employment import Employment, unfit_for
from plateward.people.models import USERNAME
from plateward.people.permissions import Role

MAX_BYTES = 2 * 1024 * 1024
MAX_PEOPLE = 2000  # per file
COLUMNS = CsvColumns(
    required=("username", "name", "badge", "role"),
    optional=(
        "rank",
        "unit",
        "district",
        "supervisor",
        "agency",
        "sworn",
        "employed_since",
        "employed_until",
    ),
    max_bytes=MAX_BYTES,
    max_rows=MAX_PEOPLE,
    longest={"username": 32, "name": 100, "badge": 20, "agency": 9},
)
SWORN_WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}


class NewPersonRow(NamedTuple):
    """A valid row. `line` is its line in the file, from 1."""

    line: int
    username: str
    name: str
    badge: str
    rank: str
    role: Role
    unit: str
    district: str
    supervisor: str
    agency: str
    sworn: bool
    employed_since: date | None
    employed_until: date | None


@dataclass(frozen=True)
class ExistingData:
    """What the hub has already."""

    supervisors: Mapping[str, str]  # each account's username: its supervisor's, or ""
    badges: Set[str]
    units: Mapping[str, str]  # each unit: its district, or ""
    districts: Set[str]
    today: date
    ori: str = ""  # this agency's


@dataclass(frozen=True)
class ParsedPeople:
    """A whole file. `units` and `districts` are those that it would add."""

    rows: tuple[NewPersonRow, ...]
    rejections: tuple[RejectedLine, ...]
    units: Mapping[str, str]
    districts: tuple[str, ...]


@dataclass
class _FileState:
    known: ExistingData
    usernames: dict[str, int] = field(default_factory=dict)  # to its line
    badges: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)


@enforces(
    "6.e.i/own",
    "5.d/account",
    "6.c.i.2/sworn",
    "6.c.i.3/employed",
    "6.c.i.4/employed",
    "6.c.i.5/employed",
    "AC-2/attributes",
)
def parse_people(content: bytes, existing: ExistingData) -> ParsedPeople:
    """Read a file. Raises NotACsvFile if it is unreadable as a whole; bad lines are rejected."""
    reading = _FileState(existing)
    parsed = parse_csv(content, COLUMNS, lambda line, fields: _parse_line(line, fields, reading))
    rows, unled = _split_by_chain(parsed.rows, existing)
    units = {row.unit: row.district for row in rows if row.unit and row.unit not in existing.units}
    districts = sorted({row.district for row in rows if row.district} - existing.districts)
    return ParsedPeople(tuple(rows), tuple(sorted([*parsed.rejections, *unled])), units, tuple(districts))


def _parse_line(line: int, given: dict[str, str], reading: _FileState) -> NewPersonRow:
    for name in ("name", "badge"):
        if not given[name]:
            raise LineError(f"it has no {name}")
    username, supervisor = given["username"].lower(), given["supervisor"].lower()
    if not re.match(USERNAME, username):
        raise LineError(
            f"'{username}' is not a username: 2 to 32 letters, digits, dots or dashes, first a letter"
        )
    _require_free("username", username, reading.usernames, reading.known.supervisors)
    _require_free("badge", given["badge"], reading.badges, reading.known.badges)
    try:
        role = Role(given["role"].lower().replace(" ", "_"))
    except ValueError as unknown:
        raise LineError(f"'{given['role'][:40]}' is not a role; use one of: {', '.join(Role)}") from unknown
    if given["sworn"].lower() not in SWORN_WORDS:
        raise LineError(f"sworn is '{given['sworn'][:20]}': write yes or no")
    sworn, agency = SWORN_WORDS[given["sworn"].lower()], given["agency"].upper()
    since, until = (
        parse_day(given[name]) if given[name] else None for name in ("employed_since", "employed_until")
    )
    if until and (since is None or until < since):
        raise LineError("its employment would end before it begins")
    employment = Employment(agency in ("", reading.known.ori), sworn, since, until)
    if unfit := unfit_for(role, employment, reading.known.today):
        raise LineError(
            f"{unfit.text[:1].lower()}{unfit.text[1:]}, which the role {role.value} needs (clause {unfit.clause}): "
            "correct agency, sworn, employed_since and employed_until, or use another role"
        )
    district = _unit_district(given["unit"], given["district"], reading)
    reading.usernames[username] = reading.badges[given["badge"]] = line
    read: dict[str, Any] = {"username": username, "supervisor": supervisor, "role": role}
    read |= {"employed_since": since, "employed_until": until}
    return NewPersonRow(line, **given | read | {"district": district, "agency": agency, "sworn": sworn})


def _require_free(
    field_name: str, value: str, above: Mapping[str, int], existing: Set[str] | Mapping[str, str]
) -> None:
    if value in above:
        raise LineError(f"the {field_name} {value} is already on line {above[value]}")
    if value in existing:
        raise LineError(f"the {field_name} {value} already belongs to another person")


def _unit_district(unit: str, district: str, reading: _FileState) -> str:
    """A unit has one district: the one it already has, in the hub or earlier in the file."""
    if district and not unit:
        raise LineError("it has a district but no unit")
    has = reading.known.units.get(unit, reading.units.get(unit))
    if has is not None and district not in ("", has):
        raise LineError(f"{unit} is in {has or 'no district'}, not in {district}")
    if unit and has is None:
        reading.units[unit] = district
    return district if has is None else has


def _split_by_chain(
    rows: list[NewPersonRow], existing: ExistingData
) -> tuple[list[NewPersonRow], list[RejectedLine]]:
    """Rows whose chain ends at an account or at nobody; the others' supervisors are unknown or below them."""
    below: dict[str, list[NewPersonRow]] = {}
    for row in rows:
        below.setdefault(row.supervisor, []).append(row)
    led: set[str] = set()
    reached = [row for row in rows if not row.supervisor or row.supervisor in existing.supervisors]
    while reached:
        row = reached.pop()
        led.add(row.username)
        reached += below.get(row.username, [])
    above = {row.username: row.supervisor for row in rows if row.username not in led}
    rejections = [
        RejectedLine(row.line, f"{row.username},{row.name}", _chain_problem(row, above))
        for row in rows
        if row.username in above
    ]
    return [row for row in rows if row.username in led], rejections


def _chain_problem(row: NewPersonRow, above: Mapping[str, str]) -> str:
    passed, superior = {""}, row.supervisor
    while superior not in passed:
        if superior == row.username:
            return "the person would be above themselves in the chain of command"
        passed.add(superior)
        superior = above.get(superior, "")
    return f"its supervisor {row.supervisor} has no account and no usable line here"
