"""`plateward searches`: what searches ask for. Runs without a hub."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from plateward.ground.reasons.judging import Judgment, judge
from plateward.ground.reasons.purposes import PURPOSES
from plateward.work.searches.commands.reasons_csv import Line, read_reasons
from plateward.work.searches.marking import Grounds, marks_of
from plateward.work.searches.offenses import OFFENSES, Tie


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


app = typer.Typer(
    add_completion=False,
    help="Searches for plates: judge reasons.\n\nExample: plateward searches reasons reasons.csv",
    no_args_is_help=True,
)


@app.callback()
def searches() -> None:
    """Searches for plates."""


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
