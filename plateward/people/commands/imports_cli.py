"""`plateward people import` and `plateward people train import`: people, and training records, from a file."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plateward.db.setup import setup
from plateward.errors import PlatewardError

if TYPE_CHECKING:
    from plateward.pages.csv_import import CsvColumns, RejectedLine

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be added without adding it.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

training = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="At the hub: import training records.\n\nExample: plateward people train import academy.csv --dry-run",
)


@training.callback()
def train() -> None:
    """At the hub: import training records."""


def import_people(
    file: Annotated[
        Path, typer.Argument(help="A CSV file: username,name,badge,rank,role,unit,district,supervisor,…")
    ],
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Create accounts from a file and request their access; prints each rejected line.

    Columns: username, name, badge and role; and, where there are any, rank, unit, district, supervisor (a username),
    agency, sworn (yes or no). Somebody else approves each; then an ALPR administrator gives a first password.

    Example: plateward people import academy.csv --dry-run
    """
    setup()
    from plateward.audit.actor import command_line_actor
    from plateward.people.bulk_import import actions
    from plateward.people.bulk_import.table import COLUMNS

    actor = command_line_actor("people import")
    preview = actions.preview_import(actor, file.name, _read_file(file, COLUMNS))
    parsed = preview.change if dry_run else actions.apply_import(actor, preview.upload)
    if as_json:
        result = {
            "added": not dry_run,
            "people": [row.username for row in parsed.rows],
            "units": sorted(parsed.units),
            "districts": list(parsed.districts),
            "rejected": [rejection._asdict() for rejection in parsed.rejections],
        }
        typer.echo(json.dumps(result))
        return
    _print_rejected(parsed.rejections)
    would = "would be added" if dry_run else "added, each waiting for approval"
    typer.echo(f"{len(parsed.rows)} people {would}; {len(parsed.rejections)} lines rejected.")


@training.command(name="import")
def import_records(
    file: Annotated[
        Path,
        typer.Argument(help="A CSV file: badge or username, course, date, issuer; optional score, document."),
    ],
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import training records from a file; prints what is added, what is on file already, and each rejected line.

    Example: plateward people train import academy.csv --dry-run
    """
    setup()
    from plateward.audit.actor import command_line_actor
    from plateward.people.courses.record_csv import COLUMNS
    from plateward.people.training.actions import imports

    actor = command_line_actor("people train import")
    preview = imports.preview_file(actor, file.name, _read_file(file, COLUMNS))
    change, applies = preview.change, bool(preview.change.added) and not dry_run
    if applies:
        change = imports.apply_records(actor, preview.upload)
    if as_json:
        rejected = [rejection._asdict() for rejection in change.rejected]
        typer.echo(json.dumps({"applied": applies} | change.counts | {"rejected": rejected}))
        return
    _print_rejected(change.rejected)
    would = "" if applies else "would be "
    typer.echo(
        f"{file.name}: {len(change.added)} {would}added, {len(change.unchanged)} unchanged, "
        f"{len(change.rejected)} rejected."
    )


def _read_file(file: Path, columns: "CsvColumns") -> bytes:
    """At most one byte more than a file may have, so that a larger one is noticed."""
    try:
        with file.open("rb") as opened:
            return opened.read(columns.max_bytes + 1)
    except OSError as error:
        raise PlatewardError(f"{file} cannot be read: {error.strerror}. Nothing was added.") from error


def _print_rejected(rejections: "Iterable[RejectedLine]") -> None:
    for rejection in rejections:
        typer.echo(f"line {rejection.line} rejected: {rejection.why}: {rejection.row}", err=True)
