"""`plateward bench`: the project's own benchmarks."""

import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import import_module
from multiprocessing import active_children
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from plateward.bench.databases import Database, measure
from plateward.bench.figures import Figure
from plateward.bench.machine import machine


@dataclass(frozen=True)
class Bench:
    """`module` has `run(progress) -> list[Figure]`; `stores`: it is measured on a database, empty at its start."""

    module: str
    summary: str
    stores: bool = False


BENCHES = {
    "recognition": Bench("plateward.bench.recognition", "how well and how fast US scenes are read"),
    "matching": Bench("plateward.bench.matching", "reads a second against a hot list of a million entries"),
    "audit": Bench("plateward.bench.audit", "entries a second that the audit log takes", stores=True),
    "alert": Bench(
        "plateward.bench.alert",
        "from a read's arrival to its alert in the browser, at 20 reads/s",
        stores=True,
    ),
    "house": Bench("plateward.bench.house", "a fresh clone: until the demo is ready, and does its main job"),
}


class Which(StrEnum):
    """The databases of one run."""

    SQLCIPHER = "sqlcipher"
    POSTGRESQL = "postgresql"
    BOTH = "both"


app = typer.Typer(add_completion=False)
HELP = "\n\n".join(
    ["The project's own benchmarks, each figure with its target.", "Example: plateward bench alert --json"]
    + ["NAME is one of:"]
    + [f"- {name}: {one.summary}" for name, one in BENCHES.items()]
)


@app.command(help=HELP, no_args_is_help=True)
def bench(
    name: Annotated[str, typer.Argument(help="Which: see the list above.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    database: Annotated[
        Which, typer.Option(help="Where it stores; of no effect on those that store nothing.")
    ] = Which.BOTH,
    tests: Annotated[
        bool, typer.Option("--tests", help="With house: also how long ./run test takes.")
    ] = False,
) -> None:
    """Measure, then print. A missed target is a result, not a failure: see `holds`."""
    if name not in BENCHES:
        raise typer.BadParameter(
            f"there is no '{name}'. Choose one of: {', '.join(BENCHES)}.", param_hint="NAME"
        )
    if tests and name != "house":
        raise typer.BadParameter("only with house.", param_hint="--tests")
    signal.signal(signal.SIGTERM, _stop)
    figures = _measured(BENCHES[name], database, tests)
    show("")
    if as_json:
        document = {"name": name, "machine": machine(), "figures": [asdict(one) for one in figures]}
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _table(figures)


def _measured(one: Bench, database: Which, tests: bool) -> list[Figure]:
    if not one.stores:
        run = import_module(one.module).run
        figures: list[Figure] = run(show, tests=True) if tests else run(show)
        return figures
    chosen = list(Database) if database is Which.BOTH else [Database(database)]
    return [figure for each in chosen for figure in measure(one.module, each, show)]


def _stop(*_: object) -> NoReturn:
    """Stopped from outside it ends as with Ctrl-C, which a terminal sends to the measuring process too."""
    for child in active_children():
        if child.pid:
            os.kill(child.pid, signal.SIGINT)
    raise KeyboardInterrupt


def show(what: str) -> None:
    """What is going on, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what}", end="", file=sys.stderr, flush=True)


def _table(figures: list[Figure]) -> None:
    table = Table("Figure", "Database", "Value", "Unit", "Target", "Holds", box=None)
    for one in figures:
        target = "" if one.target is None else f"{one.target:g}"
        holds = {None: "", True: "yes", False: "NO"}[one.holds]
        table.add_row(one.name, one.database or "", f"{one.value:.4g}", one.unit, target, holds)
    console = Console()
    console.print(table)
    console.print("Measured on: " + ", ".join(f"{key} {value}" for key, value in machine().items()))
