"""`plateward hotlist import`: load a list from a file."""

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="At the hub: load hot lists.\n\n"
    'Example: plateward hotlist import stolen.csv --list "Stolen vehicles" --source NCIC',
)


@app.callback()
def hotlist() -> None:
    """At the hub: load hot lists."""


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV file: plate,state,reason,priority,expires.")],
    name: Annotated[str, typer.Option("--list", help="The list it becomes the whole of.")],
    source: Annotated[str, typer.Option(help="Who supplies the list, e.g. NCIC.")] = "Agency",
    format: Annotated[str, typer.Option("--format", help="The file's format.")] = "csv",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; the list stays.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Make a file the whole of a list; shows what changes, and each line that cannot be taken.

    Example: plateward hotlist import stolen.csv --list "Stolen vehicles" --source NCIC --dry-run
    """
    from plateward.db.setup import setup

    setup()
    from plateward.audit.who import operator
    from plateward.errors import PlatewardError
    from plateward.hotlists import actions

    if format != "csv":
        raise typer.BadParameter(f"'{format}' is not a format; csv is.", param_hint="--format")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PlatewardError(f"{file} cannot be read: {error.strerror}.") from error
    me = operator("hotlist import")
    preview = actions.look(me, name, source, file.name, content)
    if not dry_run:
        actions.apply(me, preview.load)
    result: dict[str, Any] = {
        "list": name,
        "applied": not dry_run,
        "added": len(preview.change.added),
        "changed": len(preview.change.changed),
        "removed": len(preview.change.removed),
        "rejected": [{"line": r.line, "row": r.row, "why": r.why} for r in preview.parsed.rejections],
    }
    if as_json:
        import json

        typer.echo(json.dumps(result))
        return
    for rejection in preview.parsed.rejections:
        typer.echo(f"line {rejection.line} rejected: {rejection.why}: {rejection.row}", err=True)
    would = "would be " if dry_run else ""
    counts = ", ".join(f"{result[what]} {would}{what}" for what in ("added", "changed", "removed"))
    typer.echo(f"{name}: {counts}, {len(preview.parsed.rejections)} rejected.")
