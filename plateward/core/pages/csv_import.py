"""An uploaded CSV file: checked as a whole, then read line by line. Pure."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, NamedTuple, Self, TypeVar

from plateward.core.pages.csv_text import FORMULA_STARTS
from plateward.ground.errors import ActError

MAX_LENGTH = 40  # characters, unless a column says otherwise
R = TypeVar("R")
SPACES = re.compile(r"[ \t\xa0]+")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


class NotACsvFile(ActError):
    """The file as a whole is unreadable; nothing in it was used."""

    field = "file"


class LineError(ValueError):
    """A line is unusable; the sentence says why."""


class RejectedLine(NamedTuple):
    """An unusable line, and why. `line` is its number in the file, from 1."""

    line: int
    row: str
    why: str

    @classmethod
    def of(cls, line: int, text: str, why: object) -> Self:
        """A rejection whose text can be shown."""
        return cls(line, "".join(c if c.isprintable() else "�" for c in text[:120]), str(why))


@dataclass(frozen=True)
class CsvColumns:
    """The required and optional columns of the first line, and the bounds of the file. Other columns are ignored."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    max_bytes: int
    max_rows: int
    one_of: tuple[str, ...] = ()  # at least one of these is also required
    longest: Mapping[str, int] = field(default_factory=dict)  # characters

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.one_of, *self.required, *self.optional)


@dataclass(frozen=True)
class CsvLine:
    """A line of a table as received; it continues to `last` if a field contains a line break."""

    number: int
    last: int
    header: tuple[str, ...]
    cells: tuple[str, ...]
    columns: CsvColumns

    def fields(self) -> dict[str, str]:
        """Every known column's value, or empty; repeated spaces count once. Raises LineError for an invalid value."""
        if len(self.cells) != len(self.header):
            raise LineError(f"it has {len(self.cells)} fields, but the first line names {len(self.header)}")
        came = dict(zip(self.header, self.cells, strict=True))
        return {name: self._value(name, came.get(name, "")) for name in self.columns.names}

    def _value(self, name: str, cell: str) -> str:
        value, longest = SPACES.sub(" ", cell).strip(), self.columns.longest.get(name, MAX_LENGTH)
        for came in (cell, value):
            if came.startswith(FORMULA_STARTS):
                sign = f"“{came[0]}”" if came[0].isprintable() else "a tab or a line's end"
                raise LineError(f"its {name} begins with {sign}, as a formula does")
        if len(value) > longest:
            raise LineError(f"its {name} has more than {longest} characters")
        if not value.isprintable():
            raise LineError(f"its {name} has characters that cannot be shown")
        return value

    def rejected(self, error: LineError) -> RejectedLine:
        """This line for the list of rejected lines."""
        runs_on = (
            f"; it runs to line {self.last}: is a quotation mark missing?" if self.last > self.number else ""
        )
        return RejectedLine.of(self.number, ",".join(self.cells), f"{error}{runs_on}")


def read_csv_lines(content: bytes, columns: CsvColumns) -> Iterator[CsvLine]:
    """The lines after the first, without blank lines. Raises NotACsvFile if the whole file is no such CSV."""
    whole = decode_text(content, columns.max_bytes)
    first = re.split(r"[\r\n]", whole.lstrip(), maxsplit=1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(whole, newline=""), delimiter=delimiter, strict=True)
    try:
        header, rows = _checked_header(next(reader, []), columns), 0
        begins = reader.line_num + 1
        for cells in reader:
            number, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            rows += 1
            if rows > columns.max_rows:
                raise NotACsvFile(
                    f"The file has more than {columns.max_rows:,} lines. Split it; nothing was loaded."
                )
            yield CsvLine(number, begins - 1, header, tuple(cells), columns)
    except csv.Error as broken:
        raise NotACsvFile(f"Line {reader.line_num} is not CSV: {broken}. Nothing was loaded.") from broken


class ParsedFile(NamedTuple, Generic[R]):
    """A whole file: its rows, and the lines that are unusable."""

    rows: list[R]
    rejections: list[RejectedLine]


def parse_csv(
    content: bytes, columns: CsvColumns, parse_line: Callable[[int, dict[str, str]], R]
) -> ParsedFile[R]:
    """Every line by its number and fields; where `parse_line` raises LineError it is rejected. Raises NotACsvFile."""
    parsed = ParsedFile[R]([], [])
    for line in read_csv_lines(content, columns):
        try:
            parsed.rows.append(parse_line(line.number, line.fields()))
        except LineError as error:
            parsed.rejections.append(line.rejected(error))
    return parsed


def decode_text(content: bytes, max_bytes: int) -> str:
    """A file's text: UTF-8, or UTF-16 with a mark, which spreadsheets write as “Unicode text”. Raises NotACsvFile."""
    if len(content) > max_bytes:
        raise NotACsvFile(f"The file is larger than {max_bytes // 1024 // 1024} MiB. Split it.")
    if not content.strip():
        raise NotACsvFile("The file is empty.")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        read = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as broken:
        raise NotACsvFile(
            f"The file is not UTF-8 text (byte {broken.start}). Save it as “CSV UTF-8” and load it again."
        ) from broken
    if "\0" in read:
        raise NotACsvFile("The file has zero bytes: it is not a text file.")
    return read


def _checked_header(cells: list[str], columns: CsvColumns) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in cells)
    either = " or ".join(columns.one_of)
    missing = [name for name in columns.required if name not in names]
    if columns.one_of and not set(names) & set(columns.one_of):
        missing.insert(0, either)
    if missing:
        needed = [*([either] if either else []), *columns.required]
        raise NotACsvFile(
            f"The first line must name the columns {', '.join(needed)}; and may name "
            f"{', '.join(columns.optional)}. Missing: {', '.join(missing)}."
        )
    if twice := {name for name in names if name and names.count(name) > 1}:
        raise NotACsvFile(f"The first line names a column twice: {', '.join(sorted(twice))[:100]}.")
    return names


def parse_day(text: str) -> date:
    """A cell's date, as machines or as people here write it. Raises LineError."""
    try:
        if ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
        if parts := US_DAY.fullmatch(text):
            month, day, year = (int(part) for part in parts.groups())
            return date(year, month, day)
    except ValueError as bad:
        raise LineError(f"'{text}' is not a valid date") from bad
    raise LineError(f"'{text}' is not a date like 2026-11-24 or 11/24/2026")
