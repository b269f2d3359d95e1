"""`plateward fleet …`: enroll and revoke readers, at the hub."""

import json
from pathlib import Path
from typing import Annotated

import typer

from plateward.core.db.setup import setup
from plateward.ground.errors import PlatewardError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="At the hub: enroll, list and revoke readers.\n\nExample: plateward fleet list",
)


@app.command()
def grant(
    request: Annotated[
        Path, typer.Argument(help="The file that `plateward enroll request` wrote at the reader.")
    ],
    hub: Annotated[
        str, typer.Option(help="The URL at which the reader reaches the device listener.")
    ] = "https://localhost:8444",
    unit: Annotated[
        str, typer.Option(help="Name of the unit that carries the reader; it gets that unit's hot lists.")
    ] = "",
    decided_by: Annotated[
        str,
        typer.Option(
            help="User name of who of command staff decided where it records, and on --unit (OPR:50 6.b.i.5, 6.e.v). "
            "They are notified. Without it, nothing is recorded until they approve its deployment under Placements."
        ),
    ] = "",
    grounds: Annotated[
        str,
        typer.Option(
            help="How what it records is exposed to public view (OPR:50 6.a.ii.1). Without it: in a patrol vehicle."
        ),
    ] = "",
) -> None:
    """Enroll a reader; prints the grant to take to the reader.

    Example: plateward fleet grant request.json --hub https://hub.example:8444 > grant.json
    """
    setup()
    import msgspec

    from plateward.core.audit.actor import command_line_actor
    from plateward.field.fleet import actions
    from plateward.ground.wire.enrollment import EnrollmentRequest

    try:
        enrollment = msgspec.json.decode(request.read_bytes(), type=EnrollmentRequest)
    except (OSError, ValueError) as error:  # not there, not UTF-8, not a request
        raise PlatewardError(
            f"{request} is not an enrollment request: {error}. Nothing was enrolled."
        ) from error
    actor, grounds = command_line_actor("fleet grant"), grounds or actions.PUBLIC_ROADS
    granted = actions.enroll_reader(actor, enrollment, hub, unit, grounds, decided_by)
    typer.echo(msgspec.json.encode(granted).decode())


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The reader's name.")]) -> None:
    """Revoke a reader, immediately and permanently: its reads are refused.

    Example: plateward fleet revoke unit-12
    """
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.field.fleet import actions
    from plateward.field.fleet.models import Reader

    reader = Reader.objects.filter(name=name).first()
    if reader is None:
        raise PlatewardError(f"No reader '{name}' is enrolled. See `plateward fleet list`.")
    actions.revoke_reader(command_line_actor("fleet revoke"), reader)
    typer.echo(f"{name} is revoked; its reads are refused.")


@app.command(name="list")
def list_readers(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the readers: state, camera, unit, when last heard, number of reads.

    Example: plateward fleet list --json
    """
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.events import Event
    from plateward.core.audit.log import record
    from plateward.field.fleet.models import Reader

    record(command_line_actor("fleet list"), Event.READER_VIEW, "readers")
    readers = Reader.objects.select_related("unit")
    if as_json:
        rows = [
            {
                "name": reader.name,
                "state": "revoked" if reader.revoked_at else "enrolled",
                "camera": reader.camera,
                "unit": reader.unit.name if reader.unit else None,
                "last_seen_at": reader.last_seen_at.isoformat() if reader.last_seen_at else None,
                "reads": reader.reads,
            }
            for reader in readers
        ]
        typer.echo(json.dumps(rows))
        return
    for reader in readers:
        state = "revoked" if reader.revoked_at else "enrolled"
        last_seen = f"{reader.last_seen_at:%Y-%m-%d %H:%M} UTC" if reader.last_seen_at else "never"
        unit = reader.unit or "no unit"
        typer.echo(
            f"{reader.name}\t{state}\tcamera {reader.camera}\t{unit}\tlast seen {last_seen}\t{reader.reads} reads"
        )
    if not readers:
        typer.echo("No reader is enrolled. See: plateward fleet grant --help", err=True)
