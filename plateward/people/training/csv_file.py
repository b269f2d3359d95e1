"""Training records as a CSV file: `badge` or `username`, `course,date,issuer,score,document`. Pure: bytes in, rows
and rejections out."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plateward.errors import PlatewardError
from plateward.people.sheets import FORMULA
from plateward.people.training.rules import may_record
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

REQUIRED = ("course", "date", "issuer")
WHO = ("badge", "username")  # at least one of them
OPTIONAL = ("score", "document")
LONGEST = {"issuer": 100, "document": 200}  # characters
MAX_BYTES = 4 * 1024 * 1024
MAX_LINES = 20_000
ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
SCORE = re.compile(r"(\d{1,3})(\.\d{1,2})?\s?%?", re.ASCII)


class NotRecords(PlatewardError):
    """The file as a whole cannot be read; nothing of it was taken."""


class RowError(ValueError):
    """One row cannot be taken; the sentence says why."""


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
class Rejection:
    """One row that cannot be taken, and why."""

    line: int
    row: str
    why: str


@dataclass(frozen=True)
class Parsed:
    """A whole file."""

    rows: tuple[Row, ...]
    rejections: tuple[Rejection, ...]


def parse(content: bytes, known: Known) -> Parsed:
    """Read the file. Raises NotRecords for one that is no such CSV as a whole; a bad row is a Rejection."""
    text = text_of(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    rejections: list[Rejection] = []
    seen: dict[tuple[int, int, date], int] = {}
    try:
        header = _header(next(reader, []))
        line = reader.line_num + 1
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if line - 1 > MAX_LINES:
                raise NotRecords(f"The file has more than {MAX_LINES:,} lines. Split it; nothing was taken.")
            if not any(cell.strip() for cell in cells):
                continue
            try:
                row = _row(begun, header, cells, known)
                if row.key in seen:
                    raise RowError(f"this person, course and date stand on line {seen[row.key]} already")
            except RowError as error:
                runs_on = (
                    f"; it runs to line {line - 1}: is a quotation mark missing?" if line - 1 > begun else ""
                )
                rejections.append(Rejection(begun, _shown(cells), f"{error}{runs_on}"))
                continue
            seen[row.key] = begun
            rows.append(row)
    except csv.Error as broken:
        raise NotRecords(f"Line {reader.line_num} is not CSV: {broken}. Nothing was taken.") from broken
    return Parsed(tuple(rows), tuple(rejections))


def text_of(content: bytes) -> str:
    """UTF-8, or UTF-16 that says so: what spreadsheets write as “Unicode text”. Raises NotRecords."""
    if len(content) > MAX_BYTES:
        raise NotRecords(f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Split it.")
    if not content.strip():
        raise NotRecords("The file is empty.")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as broken:
        raise NotRecords(
            f"The file is not UTF-8 text (byte {broken.start}). Save it as “CSV UTF-8” and load it again."
        ) from broken
    if "\0" in text:
        raise NotRecords("The file holds zero bytes: it is not a text file.")
    return text


def _delimiter(text: str) -> str:
    first = re.split(r"[\r\n]", text.lstrip(), maxsplit=1)[0]
    return max(",;\t", key=first.count)


def _header(cells: list[str]) -> list[str]:
    names = [name.strip().lower() for name in cells]
    missing = [name for name in REQUIRED if name not in names]
    if not set(names) & set(WHO):
        missing.insert(0, "badge or username")
    if missing:
        raise NotRecords(
            f"The first line must name the columns badge or username, {', '.join(REQUIRED)}; and may name "
            f"{', '.join(OPTIONAL)}. Missing: {', '.join(missing)}."
        )
    if twice := {name for name in names if name and names.count(name) > 1}:
        raise NotRecords(f"The first line names a column twice: {', '.join(sorted(twice))[:100]}.")
    return names


@enforces("6.b.i.4")
def _row(line: int, header: list[str], cells: list[str], known: Known) -> Row:
    if len(cells) != len(header):
        raise RowError(f"it has {len(cells)} fields where the first line names {len(header)}")
    field = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    for name in (*WHO, *REQUIRED, *OPTIONAL):
        _plain(name, field.get(name, ""))
    who, person = _person(field.get("badge", ""), field.get("username", ""), known)
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
        _score(field.get("score", "")),
        field.get("document", ""),
    )


def _plain(name: str, text: str) -> None:
    longest = LONGEST.get(name, 40)
    if len(text) > longest:
        raise RowError(f"its {name} is longer than {longest} characters")
    if text.startswith(FORMULA):
        raise RowError(f"its {name} begins with '{text[0]}', as a formula does")
    if not text.isprintable():
        raise RowError(f"its {name} holds characters that cannot be shown")


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


def _shown(cells: list[str]) -> str:
    text = ",".join(cells)[:120]
    return "".join(one if one.isprintable() else "�" for one in text)
