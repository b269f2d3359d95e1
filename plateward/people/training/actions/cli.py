"""`plateward people train …`: training records from a file."""

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="At the hub: import training records.\n\nExample: plateward people train import academy.csv --dry-run",
)


@app.callback()
def train() -> None:
    """At the hub: import training records."""


@app.command(name="import")
def import_records(
    file: Annotated[
        Path,
        typer.Argument(help="A CSV file: badge or username, course, date, issuer; optional score, document."),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Import training records from a file; prints what is added, what is on file already, and each rejected line.

    Example: plateward people train import academy.csv --dry-run
    """
    from plateward.db.setup import setup

    setup()
    from plateward.audit.actor import command_line_actor
    from plateward.errors import PlatewardError
    from plateward.people.courses.record_csv import MAX_BYTES
    from plateward.people.training.actions import imports

    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise PlatewardError(f"{file} cannot be read: {error.strerror}.") from error
    actor = command_line_actor("people train import")
    preview = imports.preview_file(actor, file.name, content)
    change, applies = preview.change, bool(preview.change.added) and not dry_run
    if applies:
        change = imports.apply_records(actor, preview.upload)
    if as_json:
        import json

        result: dict[str, Any] = {
            "applied": applies,
            "added": len(change.added),
            "unchanged": len(change.unchanged),
            "rejected": [
                {"line": rejection.line, "row": rejection.row, "why": rejection.why}
                for rejection in change.rejected
            ],
        }
        typer.echo(json.dumps(result))
        return
    for rejection in change.rejected:
        typer.echo(f"line {rejection.line} rejected: {rejection.why}: {rejection.row}", err=True)
    would = "" if applies else "would be "
    typer.echo(
        f"{file.name}: {len(change.added)} {would}added, {len(change.unchanged)} unchanged, "
        f"{len(change.rejected)} rejected."
    )
