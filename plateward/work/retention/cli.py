"""`plateward retention`: what is past its term is destroyed, with its certificate."""

import json
import sys
from typing import Annotated, Any

import typer

from plateward.ground.progress import show_line

app = typer.Typer(
    add_completion=False,
    help="At the hub: destroy reads past their retention term.\n\nExample: plateward retention run --dry-run",
    no_args_is_help=True,
)


@app.callback()
def retention() -> None:
    """What is kept until when."""


@app.command("run")
def run_command(
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Show what the next run would destroy and what it would keep; destroy nothing."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Destroy reads past their retention term and record a certificate for each day. The hub does this once a day.

    Example: plateward retention run --dry-run
    """
    from plateward.core.db.setup import setup

    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.work.retention.run import Outcome, preview, run_retention

    if dry_run:
        outcome: Outcome = preview(show_line)
    else:
        outcome = run_retention(command_line_actor("retention run"), show_line)
    show_line("")
    if as_json:
        print(json.dumps(_document(outcome, dry_run=dry_run), indent=1))
    else:
        for line in _lines(outcome, dry_run=dry_run):
            print(line)
    if outcome.problem:
        print(f"plateward: {outcome.problem}", file=sys.stderr)
        raise typer.Exit(1)


def _document(outcome: Any, *, dry_run: bool) -> dict[str, Any]:
    from plateward.work.retention.standing import summary

    return {
        "dry_run": dry_run,
        "days": outcome.days,
        "due": [
            {
                "day": due.day.isoformat(),
                "reads": due.goes,
                "rules": [{"rule": why, "reads": number} for why, number in due.plan.rules.items()],
                "stays": [
                    {"why": why, "reads": number, "until": until}
                    for why, number, until in summary((due.plan.keep or {}).values())
                ],
            }
            for due in outcome.due
        ],
        "destroyed": [
            {
                "certificate": row.pk,
                "day": row.day.isoformat(),
                "generation": row.generation,
                "reads": row.reads,
                "images": row.images,
                "bytes": row.bytes,
                "stays": row.stays,
            }
            for row in outcome.destroyed
        ],
        "waiting": outcome.waiting,
        "problem": outcome.problem,
    }


def _lines(outcome: Any, *, dry_run: bool) -> list[str]:
    document = _document(outcome, dry_run=dry_run)
    lines = []
    if outcome.days or not outcome.problem:  # else none was looked at
        lines.append(f"{outcome.days} days with reads, {len(outcome.due)} with reads past their term.")
    for day in document["due"] if dry_run else ():
        kept = sum(item["reads"] for item in day["stays"])
        rules = "; ".join(item["rule"].replace(" (", ", ").removesuffix(")") for item in day["rules"])
        lines.append(
            f"{day['day']}: {day['reads']:,} reads to destroy ({rules}). "
            + (f"{kept:,} kept:" if kept else "Nothing kept.")
        )
        lines += [
            f"  {item['reads']:,}: {item['why']}" + (f", until {item['until'][:10]}" if item["until"] else "")
            for item in day["stays"]
        ]
    for row in document["destroyed"]:
        lines.append(
            f"{row['day']}: {row['reads']:,} reads and {row['images']:,} images destroyed, {row['stays']:,} kept. "
            f"Certificate {row['certificate']}."
        )
    return [*lines, *outcome.waiting]
