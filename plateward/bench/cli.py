"""`plateward bench`: the project's own benchmarks."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from multiprocessing import active_children
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table

from plateward.bench.databases import Database, measure
from plateward.bench.figures import Figure, machine, tell
from plateward.ground.progress import show_line


@dataclass(frozen=True)
class Bench:
    """Its module has `run(progress, **options) -> list[Figure]`; `stores`: it is measured on a database, empty at its
    start; `options`: which it takes."""

    summary: str
    stores: bool = False
    options: tuple[str, ...] = ()


MODULE = "plateward.bench.{}"
BENCHES = {
    "recognition": Bench(
        "how well and how fast each installed engine reads photographs whose plates are known",
        options=("engine", "images"),
    ),
    "matching": Bench("what a hot list of a million entries costs, and how fast reads are matched with it"),
    "hotlists": Bench(
        "a million NCIC lines from file to force, and from a recall to the last of 200 readers", stores=True
    ),
    "audit": Bench(
        "entries a second that the audit log takes, a page of a search in ten million of them, and their verification",
        stores=True,
        options=("entries",),
    ),
    "alert": Bench("from a read's arrival to its alert in 50 browsers, at 50 reads/s", stores=True),
    "intake": Bench(
        "what a read costs over mutual TLS from 100 connections, beside a bare handler that does the same writes",
        stores=True,
    ),
    "officer": Bench(
        "an officer's job in Chromium at a desk and on a phone: presses, whether the next button is in reach, seconds"
    ),
    "ring": Bench(
        "from a read's arrival to the sound of its alarm in Chromium, on several pages", stores=True
    ),
    "evidence": Bench(
        "what an evidence package costs, of one hit and of a case of 500 reads, and its verification",
        stores=True,
    ),
    "backup": Bench(
        "a backup with images against the disk's own copy, its restore, and what random restores bring back",
        stores=True,
        options=("reads",),
    ),
    "report": Bench(
        "SB 40's yearly report over ten million entries of the log, and its recount from an export",
        stores=True,
        options=("entries",),
    ),
    "people": Bench(
        "what authorization costs a request among 10,000 people, and how soon a revoked one is refused on every node",
        stores=True,
    ),
    "redaction": Bench(
        "whether a plate can be read in a redacted picture, which faces are found, and the time of it"
    ),
    "retention": Bench(
        "the end of a day of 350,000 reads while others come in", stores=True, options=("reads",)
    ),
    "search": Bench(
        "what searches cost among millions of reads, alone and beside intake, and the disk per read",
        stores=True,
        options=("reads",),
    ),
    "sharing": Bench(
        "the signed sharing configuration's rules against an independent engine, and a drift's time to its alarm",
        stores=True,
    ),
    "start": Bench("the first start of a hub, on PostgreSQL beside the embedded database"),
    "tiles": Bench("what a reader pays for pictures in tiles, in time and bytes, and whoever checks a copy"),
}


app = typer.Typer(add_completion=False)
HELP = "\n\n".join(
    [
        "Run the project's own benchmarks, each figure with its target.",
        "Example: plateward bench alert --json",
    ]
    + ["NAME is one of:"]
    + [f"- {name}: {benchmark.summary}" for name, benchmark in BENCHES.items()]
)


@app.command(help=HELP, no_args_is_help=True)
def bench(
    name: Annotated[str, typer.Argument(help="The benchmark; see the list above.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    database: Annotated[
        list[Database] | None,
        typer.Option(
            help="The database to measure, if the benchmark uses any. Default: both.", show_default=False
        ),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="With recognition: measure only this engine. Repeatable."),
    ] = None,
    images: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="CSV",
            help="With recognition: labels (file, plate; x, y, w, h; state) of the images in the folder of its name "
            "beside it, instead of the reference material. Repeatable.",
        ),
    ] = None,
    reads: Annotated[
        int | None,
        typer.Option(
            min=1000,
            help="With search, backup and retention: how many reads. Default: 10,000,000; retention 350,000.",
        ),
    ] = None,
    entries: Annotated[
        int | None,
        typer.Option(
            min=1000, help="With audit: how many entries to search and verify. Default: 10,000,000."
        ),
    ] = None,
) -> None:
    """Measure and print. A missed target is a result, not a failure: see `holds`."""
    if name not in BENCHES:
        raise typer.BadParameter(
            f"there is no '{name}'. Choose one of: {', '.join(BENCHES)}.", param_hint="NAME"
        )
    given: dict[str, Any] = {"engine": engine, "images": images, "reads": reads, "entries": entries}
    options = {option: value for option, value in given.items() if value}
    for option in options.keys() - set(BENCHES[name].options):
        able = " and ".join(candidate for candidate, item in BENCHES.items() if option in item.options)
        raise typer.BadParameter(f"only with {able}.", param_hint=f"--{option}")
    signal.signal(signal.SIGTERM, _stop)
    figures = _measure(name, database or list(Database), options)
    show_line("")
    if as_json:
        document = {"name": name, "machine": machine(), "figures": [_contract(item) for item in figures]}
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _print_table(figures)


def _measure(name: str, databases: Sequence[Database], options: dict[str, Any]) -> list[Figure]:
    module = MODULE.format(name)
    if not BENCHES[name].stores:
        figures: list[Figure] = import_module(module).run(show_line, **options)
        return figures
    return [figure for store in databases for figure in measure(module, store, show_line, **options)]


def _stop(*_: object) -> NoReturn:
    """Stop like on Ctrl-C, which a terminal sends to the measuring process too."""
    for child in active_children():
        if child.pid:
            os.kill(child.pid, signal.SIGINT)
    raise KeyboardInterrupt


def _contract(figure: Figure) -> dict[str, Any]:
    return {key: value for key, value in asdict(figure).items() if key != "interval"}


def _print_table(figures: list[Figure]) -> None:
    table = Table("Figure", "Database", "Value", "95 %", "Unit", "Target", "Holds", box=None)
    for figure in figures:
        target = "" if figure.target is None else f"{figure.target:g}"
        holds = {None: "", True: "yes", False: "NO"}[figure.holds]
        between = "{:.3f} to {:.3f}".format(*figure.interval) if figure.interval else ""
        table.add_row(
            figure.name, figure.database or "", f"{figure.value:.4g}", between, figure.unit, target, holds
        )
    tell(table, sys.stdout)
    tell("Measured on: " + ", ".join(f"{key} {value}" for key, value in machine().items()), sys.stdout)
