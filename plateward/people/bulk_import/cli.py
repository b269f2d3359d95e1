"""`plateward people import`: many people at once, at the hub."""

import json
from pathlib import Path
from typing import Annotated

import typer

from plateward.errors import PlatewardError


def import_people(
    file: Annotated[
        Path, typer.Argument(help="A CSV file: username,name,badge,rank,role,unit,district,supervisor,…")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be added, and add nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Create accounts from a file and request their access; prints each rejected line.

    Columns: username, name, badge and role; and, where there are any, rank, unit, district, supervisor (a username),
    agency, sworn (yes or no). Somebody else approves each; then an ALPR administrator gives a first password.

    Example: plateward people import academy.csv --dry-run
    """
    from plateward.db.setup import setup

    setup()
    from plateward.audit.actor import command_line_actor
    from plateward.people.bulk_import import actions
    from plateward.people.bulk_import.table import MAX_BYTES

    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise PlatewardError(f"{file} cannot be read: {error.strerror}. Nobody was added.") from error
    actor = command_line_actor("people import")
    preview = actions.preview_import(actor, file.name, content)
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
    for rejection in parsed.rejections:
        typer.echo(f"line {rejection.line} rejected: {rejection.why}: {rejection.row}", err=True)
    would = "would be added" if dry_run else "added, each waiting for approval"
    typer.echo(f"{len(parsed.rows)} people {would}; {len(parsed.rejections)} lines rejected.")
