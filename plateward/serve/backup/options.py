"""Options that the commands of backups share."""

from pathlib import Path
from typing import Annotated

import typer

Keys = Annotated[Path, typer.Option("--keys", help="Folder for the keys; on another medium than the data.")]
Identities = Annotated[
    list[Path],
    typer.Option(
        "--identity",
        metavar="FILE",
        help="An identity file of age: of a recipient of the data, of the keys. Repeatable.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
