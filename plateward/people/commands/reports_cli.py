"""`plateward people access` and `plateward people matrix`: who has access, and who may do what."""

import json
from pathlib import Path
from typing import Annotated

import typer

from plateward.db.setup import setup
from plateward.errors import PlatewardError


def access(
    as_of: Annotated[
        str,
        typer.Option(help="A day (its end) or a time, such as 2026-03-01 or 2026-03-01T14:30; default: now."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    csv: Annotated[
        Path | None, typer.Option(help="Write the list to this CSV file.", dir_okay=False, show_default=False)
    ] = None,
) -> None:
    """List who has or had access: role, unit, supervisor, since when, who approved it, and what was missing.

    Example: plateward people access --as-of 2026-03-01 --csv access.csv
    """
    setup()
    from plateward import clock
    from plateward.audit.actor import command_line_actor
    from plateward.people.access.register.rows import ExportFormat, export_register, register_rows
    from plateward.people.access.register.times import parse_time

    moment = parse_time(as_of) if as_of else clock.now()
    rows, actor = register_rows(moment), command_line_actor("people access")
    if csv:
        content = export_register(actor, rows, moment, ExportFormat.CSV)
        try:
            csv.write_bytes(content)
        except OSError as error:
            raise PlatewardError(f"The list could not be written to {csv}: {error.strerror}.") from error
    content = export_register(actor, rows, moment, ExportFormat.JSON) if as_json or not csv else b""
    if as_json:
        typer.echo(content.decode(), nl=False)
    elif csv:
        typer.echo(f"{csv}: {len(rows)} people.")
    else:
        for row in rows:
            state = "authorized" if row.authorized else "; ".join(row.lacked)
            typer.echo(f"{row.username}\t{row.name}\t{row.role.label}\t{row.unit}\t{state}")


def matrix(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document, with the routes.")
    ] = False,
) -> None:
    """Print every permission with the roles that have it, from the table that the hub itself asks.

    Example: plateward people matrix --json
    """
    setup()
    from plateward.people import matrix as table
    from plateward.people.permissions import Role

    if as_json:
        permissions = [
            {
                "permission": line.permission.value,
                "description": line.text,
                "roles": [role.value for role in line.roles],
                "routes": list(line.routes),
            }
            for line in table.permission_lines()
        ]
        roles = {role.value: role.label for role in Role}
        typer.echo(json.dumps({"roles": roles, "permissions": permissions}))
        return
    for line in table.permission_lines():
        names = ", ".join(role.label for role in line.roles) or "nobody"
        typer.echo(f"{line.permission.value:20}  {line.text}: {names}")
