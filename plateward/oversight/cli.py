"""`plateward oversight`: the detectors of misuse over a history, without a hub."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from plateward.ground import clock
from plateward.ground.commands import AsJson, commands
from plateward.ground.progress import show_line
from plateward.oversight.detectors.records import Pattern
from plateward.oversight.replay.reading import read_history, replay

app = commands(
    "Oversight: run a history through the detectors of misuse.\n\n"
    "Example: plateward oversight replay history/",
)


@app.command("replay")
def replay_command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="With people.csv, shifts.csv, cad.csv and events.jsonl (docs/administrator/oversight.md).",
            file_okay=False,
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Run a history through the detectors, day by day, and print what they find. No hub needed.

    Example: plateward oversight replay history/ --json
    """
    history = read_history(folder)
    findings = replay(history, progress=show_line)
    show_line("")
    for what, count in history.notes.items():
        print(f"{what}: {count:,}", file=sys.stderr)
    if as_json:
        print(json.dumps({"findings": [_row(finding, history.spellings) for finding in findings]}, indent=1))
        return
    table = Table("At", "Detector", "Subject", "Plate", "Notified", "Finding", show_lines=True)
    for finding in findings:
        cells = _row(finding, history.spellings)
        cells["to"] = ", ".join(finding.to)
        table.add_row(*(Text(str(cell)) for cell in cells.values()))
    console = Console()
    console.print(table)
    console.print("1 finding." if len(findings) == 1 else f"{len(findings)} findings.")


def _row(finding: Pattern, spellings: Mapping[str, str]) -> dict[str, object]:
    """The finding, with its plate as the history writes it."""
    plate = spellings.get(finding.plate, finding.plate)
    sentence = finding.sentence.replace(finding.plate, plate) if finding.plate else finding.sentence
    again = ""
    if finding.count > 1:
        again = f" Seen {finding.count} times until {clock.format_day(finding.last_at)}, {finding.last_at:%H:%M} UTC."
    return {
        "at": finding.at.isoformat(),
        "detector": finding.detector,
        "subject": finding.subject,
        "plate": plate,
        "to": list(finding.to),
        "sentence": sentence + again,
    }
