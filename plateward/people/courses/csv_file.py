"""Training records as a CSV file: `badge` or `username`, `course,date,issuer,score,document`. Pure: bytes in, rows
and rejections out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plateward.pages.tables import Columns, Rejection, RowError, lines
from plateward.people.courses.rules import may_record
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

MAX_BYTES = 4 * 1024 * 1024
MAX_ROWS = 20_000
COLUMNS = Columns(
    one_of=("badge", "username"),
    required=("course", "date", "issuer"),
    optional=("score", "document"),
    max_bytes=MAX_BYTES,
    max_rows=MAX_ROWS,
    longest={"issuer": 100, "document": 200},
)
ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
SCORE = re.compile(r"(\d{1,3})(\.\d{1,2})?\s?%?", re.ASCII)


@dataclass(frozen=True)
class Known:
    """What the file's names are looked up in, each to its key."""

    badges: Mapping[str, int]
    usernames: Mapping[str, int]
    courses: Mapping[str, int]  # by code
    today: date


@dataclass(frozen=True)
class Row:
    """One row that can be taken. `line` is its line in the file, from 1."""

    line: int
    who: str  # as the file names the person
    person: int
    code: str
    course: int
    completed_on: date
    issuer: str
    score: Decimal | None
    document: str

    @property
    def key(self) -> tuple[int, int, date]:
        """What makes two rows the same record."""
        return self.person, self.course, self.completed_on

    @property
    def facts(self) -> tuple[str, Decimal | None, str]:
        """What else it says."""
        return self.issuer, self.score, self.document


@dataclass(frozen=True)
class Parsed:
    """A whole file."""

    rows: tuple[Row, ...]
    rejections: tuple[Rejection, ...]


def parse(content: bytes, known: Known) -> Parsed:
    """Read the file. Raises NotATable for one that is no such CSV as a whole; a bad row is a Rejection."""
    rows: list[Row] = []
    rejections: list[Rejection] = []
    seen: dict[tuple[int, int, date], int] = {}
    for line in lines(content, COLUMNS):
        try:
            row = _row(line.number, line.fields(), known)
            if row.key in seen:
                raise RowError(f"this person, course and date stand on line {seen[row.key]} already")
        except RowError as error:
            rejections.append(line.rejected(error))
            continue
        seen[row.key] = line.number
        rows.append(row)
    return Parsed(tuple(rows), tuple(rejections))


@enforces("6.b.i.4")
def _row(line: int, field: dict[str, str], known: Known) -> Row:
    who, person = _person(field["badge"], field["username"], known)
    code = field["course"].lower()
    if code not in known.courses:
        raise RowError(f"there is no course '{code[:40]}'")
    completed_on = _date(field["date"])
    decision = may_record(field["issuer"], completed_on, known.today)
    if isinstance(decision, Refusal):
        raise RowError(decision.reason[:1].lower() + decision.reason[1:].rstrip("."))
    return Row(
        line,
        who,
        person,
        code,
        known.courses[code],
        completed_on,
        field["issuer"],
        _score(field["score"]),
        field["document"],
    )


def _person(badge: str, username: str, known: Known) -> tuple[str, int]:
    if not badge and not username:
        raise RowError("it names no person")
    if badge and badge not in known.badges:
        raise RowError(f"nobody has the badge number '{badge}'")
    if username and username.lower() not in known.usernames:
        raise RowError(f"nobody has the username '{username}'")
    if badge and username and known.badges[badge] != known.usernames[username.lower()]:
        raise RowError(f"the badge number {badge} is not that of {username}")
    return badge or username, known.badges[badge] if badge else known.usernames[username.lower()]


def _date(text: str) -> date:
    try:
        if ISO.fullmatch(text):
            return date.fromisoformat(text)
        if parts := US.fullmatch(text):
            month, day, year = (int(part) for part in parts.groups())
            return date(year, month, day)
    except ValueError as bad:
        raise RowError(f"'{text}' is a day that no month has") from bad
    raise RowError(f"'{text}' is not a date like 2026-11-24 or 11/24/2026")


def _score(text: str) -> Decimal | None:
    if not text:
        return None
    parts = SCORE.fullmatch(text)
    score = Decimal(parts[1] + (parts[2] or "")) if parts else None
    if score is None or score > 100:
        raise RowError(f"'{text}' is not a score from 0 to 100 per cent")
    return score
