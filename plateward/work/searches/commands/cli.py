"""`plateward searches`: what searches ask for. Runs without a hub."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from plateward.core.pages.csv_import import decode_text
from plateward.ground.commands import commands
from plateward.ground.errors import PlatewardError
from plateward.ground.reasons.judging import Judgment, judge
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES
from plateward.work.searches.marking import Grounds, marks_of
from plateward.work.searches.offenses import Tie

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
    """The lines, in the file's order. Raises NotReasons, NotACsvFile."""
    return list(_reasons(_text(file)))


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return decode_text(opened.read(MAX_BYTES + 1), MAX_BYTES)
    except OSError as failed:
        raise NotReasons(f"{file.name} cannot be read: {failed.strerror}.") from failed


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


def judge_line(line: Line) -> Judgment:
    """What the sentence is worth, and what is odd about it beside the facts that are given."""
    judgment = judge(line.reason)
    if not judgment.accepted:
        return judgment
    marks = marks_of(
        Grounds(
            purpose=_code(line.purpose, {code: purpose.label for code, purpose in PURPOSES.items()}),
            offense=_code(line.offense, {code: offense.label for code, offense in OFFENSES.items()}),
            tie=_code(line.tie, {tie.value: tie.label for tie in Tie}),
            text=line.reason,
            judgment=judgment,
            incident=line.incident,
        )
    )
    why = judgment.why if judgment.marked else " ".join(mark.label for mark in marks) or judgment.why
    return replace(judgment, marked=bool(marks), why=why)


def _code(given: str, labels: Mapping[str, str]) -> str:
    """A code, whether it is given itself or by its label."""
    wanted = given.strip().casefold()
    return next((code for code, label in labels.items() if wanted in (code, label.casefold())), "")


app = commands(
    "Searches for plates: judge reasons.\n\nExample: plateward searches reasons reasons.csv",
)


@app.command("reasons")
def reasons_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="UTF-8, with a column `reason`, and `purpose`, `offense`, `tie` and `incident` if known; at most "
            "16 MiB, 100,000 lines and 4,000 characters a cell.",
            show_default=False,
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document: reason, accepted, marked and why of each line.")
    ] = False,
) -> None:
    """Judge the reasons of searches: is each accepted, and would a supervisor be shown it? No hub needed.

    Example: plateward searches reasons reasons.csv --json
    """
    judged = [(line.reason, judge_line(line)) for line in read_reasons(file)]
    if as_json:
        rows = [
            {"reason": reason, "accepted": item.accepted, "marked": item.marked, "why": item.why}
            for reason, item in judged
        ]
        print(json.dumps({"reasons": rows}, ensure_ascii=False, indent=1))
        return
    table = Table("Accepted", "Reason", "Why", show_lines=True)
    for reason, item in judged:
        table.add_row(
            "NO" if not item.accepted else "marked" if item.marked else "yes", Text(reason), item.why
        )
    console = Console()
    console.print(table)
    accepted, marked = sum(item.accepted for _, item in judged), sum(item.marked for _, item in judged)
    console.print(f"{accepted} of {len(judged)} accepted, {marked} of them marked.")
