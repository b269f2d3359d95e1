"""`plateward fleet …`: enroll and revoke readers, at the hub."""

from pathlib import Path
from typing import Annotated

import typer

from plateward.errors import PlatewardError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="At the hub: enroll, list and revoke readers.\n\nExample: plateward fleet list",
)


@app.command()
def grant(
    request: Annotated[Path, typer.Argument(help="What `plateward enroll request` wrote at the reader.")],
    hub: Annotated[
        str, typer.Option(help="The device listener as the reader reaches it.")
    ] = "https://localhost:8444",
    unit: Annotated[
        str, typer.Option(help="The unit that carries it, by its name: it gets that unit's hot lists.")
    ] = "",
) -> None:
    """Enroll a reader; prints the grant to take back to it.

    Example: plateward fleet grant request.json --hub https://hub.example:8444 > grant.json
    """
    from plateward.db.setup import setup

    setup()
    import msgspec

    from plateward.audit.who import operator
    from plateward.fleet import actions
    from plateward.wire.enrollment import Request

    try:
        asked = msgspec.json.decode(request.read_bytes(), type=Request)
    except (OSError, ValueError) as broken:  # not to be read, not UTF-8, not a request
        raise PlatewardError(f"{request} is not an enrollment request: {broken}") from broken
    typer.echo(msgspec.json.encode(actions.grant(operator("fleet grant"), asked, hub, unit)).decode())


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The reader's name.")]) -> None:
    """From now on nothing that this reader says is believed.

    Example: plateward fleet revoke unit-12
    """
    from plateward.db.setup import setup

    setup()
    from plateward.audit.who import operator
    from plateward.fleet import actions
    from plateward.fleet.models import Reader

    reader = Reader.objects.filter(name=name).first()
    if reader is None:
        raise PlatewardError(f"No reader '{name}' is enrolled. `plateward fleet list` names them all.")
    actions.revoke(operator("fleet revoke"), reader)
    typer.echo(f"{name} is revoked.")


@app.command(name="list")
def list_readers() -> None:
    """A line for each reader: its state, its camera, when it was last heard, how many reads it sent.

    Example: plateward fleet list
    """
    from plateward.db.setup import setup

    setup()
    from plateward.audit.events import Event
    from plateward.audit.log import record
    from plateward.audit.who import operator
    from plateward.fleet.models import Reader

    record(operator("fleet list"), Event.READER_VIEW, "readers")
    for reader in Reader.objects.all():
        state = "revoked" if reader.revoked_at else "enrolled"
        seen = f"{reader.last_seen_at:%Y-%m-%d %H:%M} UTC" if reader.last_seen_at else "never"
        typer.echo(f"{reader.name}\t{state}\tcamera {reader.camera}\tlast seen {seen}\t{reader.reads} reads")
