"""`plateward manage …` hands on to Django's own commands, such as `plateward manage migrate`."""

import os
from tempfile import TemporaryDirectory

import typer
from django.core.management import execute_from_command_line

from plateward.core.db.setup import has_hub, require_hub, setup

WITHOUT_HUB = ("migrate", "makemigrations")  # for starting a hub, and for developers
HELP_WORDS = ("help", "--help", "-h", "version", "--version")

app = typer.Typer(add_completion=False)


@app.command(
    add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def manage(context: typer.Context) -> None:
    """Run Django's own commands. Example: plateward manage migrate"""
    words = context.args or ["help"]
    if words[0] in HELP_WORDS or "--help" in words:
        typer.echo("Django's own commands, at the hub.\n\nExample: plateward manage migrate\n")
        with TemporaryDirectory() as nowhere:
            if not has_hub():  # help needs the settings, and they need a home: a temporary one
                os.environ |= {"PLATEWARD_HOME": nowhere, "PLATEWARD_KEYS": f"{nowhere}/keys"}
                os.environ.pop("PLATEWARD_DATABASE_URL", None)
            _run(words)
        return
    if words[0] not in WITHOUT_HUB:
        require_hub()
    _run(words)


def _run(words: list[str]) -> None:
    setup(migrated=False)
    execute_from_command_line(["plateward manage", *words])
