"""Training records as a CSV file: `badge` or `username`, `course,date,issuer,score,document`. Pure: bytes in,
rows and rejections out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plateward.core.pages.csv_import import CsvColumns, LineError, ParsedFile, parse_csv, parse_day
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.training.rules import has_passed, may_record_course

MAX_BYTES = 4 * 1024 * 1024
MAX_ROWS = 20_000
COLUMNS = CsvColumns(
    one_of=("badge", "username"),
    required=("course", "date", "issuer"),
    optional=("score", "document"),
    max_bytes=MAX_BYTES,
    max_rows=MAX_ROWS,
    longest={"issuer": 100, "document": 200},
)
SCORE = re.compile(r"(\d{1,3})(\.\d{1,2})?\s?%?", re.ASCII)
RecordKey = tuple[int, int, date]  # person, course, day
RecordFacts = tuple[str, Decimal | None, str]  # issuer, score, document


@dataclass(frozen=True)
class RecordLookups:
    """Lookups from the file's names to keys."""

    badges: Mapping[str, int]
    usernames: Mapping[str, int]
    courses: Mapping[str, tuple[int, int | None]]  # by code: its key and its exam's pass mark
    today: date


@dataclass(frozen=True)
class RecordRow:
    """A valid row. `line` is its line in the file, from 1."""

    line: int
    person_name: str  # as the file names the person
    person: int
    code: str
    course: int
    completed_on: date
    issuer: str
    score: Decimal | None
    document: str
    passed: bool

    @property
    def key(self) -> RecordKey:
        """What makes two rows the same record."""
        return self.person, self.course, self.completed_on

    @property
    def facts(self) -> RecordFacts:
        """The rest of its fields."""
        return self.issuer, self.score, self.document


def parse_records(content: bytes, lookups: RecordLookups) -> ParsedFile[RecordRow]:
    """Read the file. Raises NotACsvFile if it is no such CSV as a whole; bad rows are rejected."""
    line_of: dict[RecordKey, int] = {}

    def parse(line: int, fields: dict[str, str]) -> RecordRow:
        row = _parse_row(line, fields, lookups)
        if row.key in line_of:
            raise LineError(f"this person, course and date are already on line {line_of[row.key]}")
        line_of[row.key] = line
        return row

    return parse_csv(content, COLUMNS, parse)


@enforces("6.b.i.4/records", "5.d/exam", "5.d/cjis", "5.e/training")
def _parse_row(line: int, field: dict[str, str], lookups: RecordLookups) -> RecordRow:
    name, person = _find_person(field["badge"], field["username"], lookups)
    code = field["course"].lower()
    if code not in lookups.courses:
        raise LineError(f"there is no course '{code[:40]}'")
    (course, pass_mark), completed_on = lookups.courses[code], parse_day(field["date"])
    score = _parse_score(field["score"])
    decision = may_record_course(field["issuer"], completed_on, lookups.today, score, pass_mark)
    if isinstance(decision, Refusal):
        raise LineError(decision.reason[:1].lower() + decision.reason[1:].rstrip("."))
    return RecordRow(
        line,
        name,
        person,
        code,
        course,
        completed_on,
        field["issuer"],
        score,
        field["document"],
        has_passed(score, pass_mark),
    )


def _find_person(badge: str, username: str, lookups: RecordLookups) -> tuple[str, int]:
    if not badge and not username:
        raise LineError("it has no person")
    if badge and badge not in lookups.badges:
        raise LineError(f"there is no badge number '{badge}'")
    if username and username.lower() not in lookups.usernames:
        raise LineError(f"there is no username '{username}'")
    if badge and username and lookups.badges[badge] != lookups.usernames[username.lower()]:
        raise LineError(f"the badge number {badge} does not belong to {username}")
    return badge or username, lookups.badges[badge] if badge else lookups.usernames[username.lower()]


def _parse_score(text: str) -> Decimal | None:
    if not text:
        return None
    parts = SCORE.fullmatch(text)
    score = Decimal(parts[1] + (parts[2] or "")) if parts else None
    if score is None or score > 100:
        raise LineError(f"'{text}' is not a score from 0 to 100 percent")
    return score
