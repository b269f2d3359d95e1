"""`plateward people matrix`: who may do what."""

import json
from typing import Annotated

import typer


def matrix(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document, with the routes.")
    ] = False,
) -> None:
    """Print every permission with the roles that have it, from the table that the hub itself asks.

    Example: plateward people matrix --json
    """
    from plateward.db.setup import setup

    setup()
    from plateward.people import matrix as table

    if as_json:
        typer.echo(json.dumps(table.matrix_json()))
        return
    for line in table.permission_lines():
        roles = ", ".join(role.label for role in line.roles) or "nobody"
        typer.echo(f"{line.permission.value:20}  {line.text}: {roles}")
