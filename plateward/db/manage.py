"""`plateward manage …` hands on to Django's own commands, such as `plateward manage migrate`."""

import typer
from django.core.management import execute_from_command_line

from plateward.db.setup import setup

app = typer.Typer(add_completion=False)


@app.command(
    add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def manage(context: typer.Context) -> None:
    """Django's own commands. Example: plateward manage migrate"""
    setup(migrated=False)
    execute_from_command_line(["plateward manage", *context.args])
