"""Reads the reasons of a CSV file. Pure but for the file itself; needs no Django."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plateward.ground.errors import PlatewardError

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 100_000
LONGEST_CELL = 4000  # characters; a reason itself has fewer
COLUMN = "reason"
FACTS = (
    "purpose",
    "offense",
    "tie",
    "incident",
)  # may be there, too: codes or labels; CAD's type of incident


@dataclass(frozen=True)
class Line:
    """A reason and the facts of its search, as far as they are given."""

    reason: str
    purpose: str = ""
    offense: str = ""
    tie: str = ""
    incident: str = ""


class NotReasons(PlatewardError):
    """The file holds no reasons that can be judged; none was."""


def read_reasons(file: Path) -> list[Line]:
    """The lines, in the file's order. Raises NotReasons."""
    return list(_reasons(_text(file)))


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as failed:
        raise NotReasons(f"{file.name} cannot be read: {failed.strerror}.") from failed
    if len(content) > MAX_BYTES:
        raise NotReasons(f"{file.name} is larger than {MAX_BYTES // 1024 // 1024} MiB. Split it.")
    if not content.strip():
        raise NotReasons(f"{file.name} is empty.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise NotReasons(
            f"{file.name} is not UTF-8 text (byte {broken.start}). Save it as “CSV UTF-8”."
        ) from broken
    if "\0" in text:
        raise NotReasons(f"{file.name} holds zero bytes: it is not a text file.")
    return text


def _reasons(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if header.count(COLUMN) != 1:
            raise NotReasons(f"The first line must name the column “{COLUMN}” once.")
        columns = {name: header.index(name) for name in (COLUMN, *FACTS) if header.count(name) == 1}
        count = 0
        for cells in reader:
            if not cells:
                continue
            count += 1
            if count > MAX_ROWS:
                raise NotReasons(f"The file has more than {MAX_ROWS:,} reasons. Split it.")
            yield Line(
                **{
                    name: _cell(cells, len(header), column, reader.line_num)
                    for name, column in columns.items()
                }
            )
    except csv.Error as broken:
        raise NotReasons(f"Line {reader.line_num} is not CSV: {broken}.") from broken


def _cell(cells: list[str], expected: int, column: int, line: int) -> str:
    if len(cells) != expected:
        raise NotReasons(
            f"Line {line} has {len(cells)} fields where the first line names {expected}: are quotation marks missing?"
        )
    if len(cells[column]) > LONGEST_CELL:
        raise NotReasons(f"Line {line}: a cell has more than {LONGEST_CELL:,} characters.")
    return cells[column]
