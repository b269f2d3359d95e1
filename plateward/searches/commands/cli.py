"""`plateward searches`: what searches ask for. Runs without a hub."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from plateward.reasons.rules import judge_reason
from plateward.searches.commands.reasons_csv import read_reasons

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
            help="UTF-8, with a column `reason`; at most 16 MiB, 100,000 lines and 4,000 characters a cell.",
            show_default=False,
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document: reason, accepted and why of each line.")
    ] = False,
) -> None:
    """Judge the reasons of searches: does each say what happened and why this plate? No hub needed.

    Example: plateward searches reasons reasons.csv --json
    """
    judged = [(reason, judge_reason(reason)) for reason in read_reasons(file)]
    if as_json:
        rows = [{"reason": reason, "accepted": item.accepted, "why": item.why} for reason, item in judged]
        print(json.dumps({"reasons": rows}, ensure_ascii=False, indent=1))
        return
    table = Table("Accepted", "Reason", "Why", show_lines=True)
    for reason, item in judged:
        table.add_row("yes" if item.accepted else "NO", Text(reason), item.why)
    console = Console()
    console.print(table)
    console.print(f"{sum(item.accepted for _, item in judged)} of {len(judged)} accepted.")
