"""What the command lines of the rooms share."""

from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def commands(help: str, **options: Any) -> typer.Typer:
    """A room's commands: each by its name, also where there is only one; with none, the help."""
    app = typer.Typer(help=help, no_args_is_help=True, add_completion=False, **options)

    @app.callback()
    def room() -> None:
        """Nothing of its own."""

    return app
