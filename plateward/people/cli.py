"""`plateward people …`: named accounts, at the hub."""

import json
from typing import Annotated

import typer

from plateward.errors import PlatewardError
from plateward.people.permissions import Role

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="At the hub: create named accounts.\n\n"
    'Example: plateward people create ada --name "Ada Archuleta" --rank Agent --badge 4112 --role officer',
)


@app.callback()
def people() -> None:
    """At the hub: create named accounts."""


@app.command()
def create(
    username: Annotated[str, typer.Argument(help="What the person types to log in.")],
    name: Annotated[str, typer.Option(help="The full name.")],
    badge: Annotated[str, typer.Option(help="The badge or personnel number.")],
    role: Annotated[Role, typer.Option(help="By rank and duties.")],
    unit: Annotated[str, typer.Option(help="The unit, if any.")] = "",
    rank: Annotated[str, typer.Option(help="The rank, if any.")] = "",
    supervisor: Annotated[str, typer.Option(help="The supervisor's username.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print username and password as JSON.")] = False,
) -> None:
    """Make an account; prints a password for one log-in, to hand over in person.

    The person then chooses a password and sets up a second factor.

    Example: plateward people create ada --name "Ada Archuleta" --rank Agent --badge 4112 --role officer
    """
    from plateward.db.setup import setup

    setup()
    from plateward.audit.who import operator
    from plateward.people import actions
    from plateward.people.models import Person

    above = Person.objects.filter(username=supervisor.lower()).first()
    if supervisor and above is None:
        raise PlatewardError(f"No account was made for {username}. There is no supervisor '{supervisor}'.")
    person, password = actions.create_person(
        operator("people create"), username, name, role, badge=badge, unit=unit, rank=rank, supervisor=above
    )
    typer.echo(json.dumps({"username": person.username, "password": password}) if as_json else password)
