"""`plateward doctor`: how each part of the system is, as the page *System* shows it."""

import json

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from plateward.ground.commands import AsJson

app = typer.Typer(add_completion=False)


@app.command()
def doctor(
    as_json: AsJson = False,
) -> int:
    """At the hub: print how each part of the system is, the worst first, and what to do. Exits 1 if one is red.

    Example: plateward doctor --json
    """
    from plateward.core.db.setup import setup

    setup(whole=False)  # a damaged log is what it may have to say
    from plateward.core.jobs.health import Light, parts, read_all

    read = read_all(parts())
    if as_json:
        rows = [
            {
                "part": part.key,
                "label": part.label,
                "clause": part.clause,
                "light": reading.light.value,
                "what": reading.what,
                "remedy": reading.remedy,
            }
            for part, reading in read
        ]
        typer.echo(json.dumps({"parts": rows}, indent=1))
    else:
        table = Table("Light", "Part", "What is the case", "What to do", "Clause")
        for part, reading in read:
            cells = (reading.light.value, part.label, reading.what, reading.remedy, part.clause)
            table.add_row(*map(Text, cells))
        Console().print(table)
    return int(any(reading.light is Light.RED for _, reading in read))
