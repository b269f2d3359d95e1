"""`plateward hotlist import`: load a list from a file."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plateward.core.db.setup import setup
from plateward.ground.commands import AsJson, commands

if TYPE_CHECKING:
    from plateward.core.audit.actor import Actor
    from plateward.field.hotlists.models import Load
    from plateward.field.hotlists.recall.models import HeldLine

app = commands(
    "At the hub: import hot lists.\n\n"
    'Example: plateward hotlist import VEHEXTRT.txt --format ncic --list "NCIC" --source NCIC',
)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="The file that replaces the list.")],
    name: Annotated[
        str, typer.Option("--list", help="The list's name; a new list is created if none has it.")
    ],
    source: Annotated[
        str, typer.Option(help="The agency or system that supplies the list, such as NCIC.")
    ] = "Agency",
    format: Annotated[
        str, typer.Option("--format", help="csv, ncic, or the name of a format set up at the hub.")
    ] = "csv",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change without changing anything.")
    ] = False,
    approve: Annotated[
        bool, typer.Option("--approve", help="Apply it even if the list's size changes sharply.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Replace a list with a file; prints what changes, and each rejected line.

    Example: plateward hotlist import stolen.csv --list "Stolen vehicles" --source NCIC --dry-run
    """
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.pages.csv_import import RejectedLine
    from plateward.field.hotlists.imports import apply, store
    from plateward.field.hotlists.imports.models import Part
    from plateward.field.hotlists.imports.receive import receive_file
    from plateward.ground.errors import PlatewardError

    actor = command_line_actor("hotlist import")
    try:
        size = file.stat().st_size
        load = receive_file(actor, name, source, file.name, _read_chunks(file), format, size)
    except OSError as error:
        raise PlatewardError(f"{file} cannot be read: {error.strerror}.") from error
    load = _preview(actor, load)
    # Read before the load is applied or discarded: then its parts go.
    rejected = [
        {"line": line.line, "row": line.row, "why": line.why}
        for line in store.read_items(load, Part.Kind.REJECTED, RejectedLine)
    ]
    held_back = [
        _describe_held_line(line) for line in load.held_lines.select_related("recalled__entry__ended")
    ]
    hold_reason = load.error if load.state == load.State.HELD else ""
    if dry_run:
        apply.discard_load(actor, load)
    elif not hold_reason or approve:
        if hold_reason:
            apply.approve_load(actor, load)
        load = apply.apply_load(actor, load)
    applied = load.state == load.State.APPLIED
    result = {
        "list": name,
        "applied": applied,
        "held": hold_reason,
        "added": load.added,
        "changed": load.changed,
        "removed": load.removed,
        "held_back": held_back,
        "rejected": rejected,
    }
    _print_result(result, would="" if applied else "would be ", as_json=as_json)
    if hold_reason and not (applied or dry_run):
        raise PlatewardError(
            f"{hold_reason} The load is held: approve or discard it on the page of hot lists, "
            "or give --approve here if the file is right."
        )


def _preview(actor: "Actor", load: "Load") -> "Load":
    """The load with its preview: made here, or by a running hub's own job, which may be quicker."""
    from plateward.core.jobs.lease import free, release
    from plateward.field.hotlists.imports.claims import LoadTaken
    from plateward.field.hotlists.imports.preview import preview_load
    from plateward.field.hotlists.models import Load
    from plateward.ground.errors import PlatewardError

    while True:
        try:
            return preview_load(actor, load)
        except LoadTaken:
            if load.state == Load.State.FAILED:
                raise PlatewardError(load.error) from None
            if load.state not in (Load.State.RECEIVED, Load.State.LOOKING):
                return load
        time.sleep(0.2)
        died = Load.objects.filter(free(), pk=load.pk, state=Load.State.LOOKING)
        release(died, state=Load.State.RECEIVED)


def _read_chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(1024 * 1024):
            yield chunk


def _describe_held_line(line: "HeldLine") -> dict[str, Any]:
    from plateward.people.actor_names import names_with_accounts

    entry = line.recalled.entry
    recall = entry.ended
    by = names_with_accounts([recall.by])[recall.by] if recall else ""
    return {"line": line.line, "plate": str(entry), "by": by, "why": recall.why if recall else ""}


def _print_result(result: dict[str, Any], *, would: str, as_json: bool) -> None:
    if as_json:
        import json

        typer.echo(json.dumps(result))
        return
    for line in result["rejected"]:
        typer.echo(f"line {line['line']} rejected: {line['why']}: {line['row']}", err=True)
    for line in result["held_back"]:
        typer.echo(
            f"line {line['line']} held back: {line['plate']} was recalled by {line['by']}: {line['why']}",
            err=True,
        )
    counts = ", ".join(f"{result[change]} {would}{change}" for change in ("added", "changed", "removed"))
    back = f"{len(result['held_back'])} held back, " if result["held_back"] else ""
    typer.echo(f"{result['list']}: {counts}, {back}{len(result['rejected'])} rejected.")
