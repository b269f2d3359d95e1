"""`plateward bench`: the project's own benchmarks."""

import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import import_module
from multiprocessing import active_children
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console, RenderableType
from rich.table import Table

from plateward.bench.databases import Database, measure
from plateward.bench.figures import Figure
from plateward.bench.machine import machine
from plateward.progress import show_line


@dataclass(frozen=True)
class Bench:
    """`module` has `run(progress, **options) -> list[Figure]`; `stores`: it is measured on a database, empty at its
    start; `tells`: it shows people more than its figures."""

    module: str
    summary: str
    stores: bool = False
    options: frozenset[str] = frozenset()
    tells: bool = False


BENCHES = {
    "recognition": Bench(
        "plateward.bench.recognition",
        "how well and how fast each installed engine reads photographs whose plates are known",
        options=frozenset({"engine", "images", "out"}),
        tells=True,
    ),
    "video": Bench(
        "plateward.bench.video",
        "frames a second that a reader works through, at 720p on two cores",
        options=frozenset({"engine"}),
    ),
    "matching": Bench(
        "plateward.bench.matching",
        "what a hot list of a million entries costs, and how fast and how well reads are matched with it",
    ),
    "hotlists": Bench(
        "plateward.bench.hotlists",
        "a million NCIC lines from file to force, and from a recall to the last of 200 readers",
        stores=True,
    ),
    "audit": Bench(
        "plateward.bench.audit",
        "entries a second that the audit log takes, a page of a search in ten million of them, and their verification",
        stores=True,
        options=frozenset({"entries"}),
    ),
    "alert": Bench(
        "plateward.bench.alert",
        "from a read's arrival to its alert in 50 browsers, at 50 reads/s, the queue's page with 10,000 alerts, and an "
        "alert's page as it is used",
        stores=True,
    ),
    "evidence": Bench(
        "plateward.bench.evidence",
        "what an evidence package costs, of one hit and of a case of 500 reads, its verification, and the chain of "
        "custody of both in a log of a million entries",
        stores=True,
    ),
    "verify": Bench(
        "plateward.bench.verify",
        "what asking NCIC costs beside the switch's own time, and a hit confirmation",
        stores=True,
    ),
    "people": Bench(
        "plateward.bench.people",
        "what authorization costs a request among 10,000 people, and how soon a revoked one is refused on every node",
        stores=True,
    ),
    "stalled": Bench(
        "plateward.bench.stalled",
        "what 200 clients that stall, at either listener, cost the others",
        stores=True,
    ),
    "reasons": Bench(
        "plateward.bench.reasons",
        "how many bad and good reasons of searches, never used to write the rules, are refused",
        tells=True,
    ),
    "oversight": Bench(
        "plateward.bench.oversight",
        "how soon misuse planted in a year of 500 people is found, and how much ordinary work is suspected",
        tells=True,
    ),
    "integrity": Bench(
        "plateward.bench.integrity",
        "how much the integrity monitor looks at in a second, and what it costs intake",
        stores=True,
    ),
    "retention": Bench(
        "plateward.bench.retention",
        "the end of a day of 350,000 reads while others come in; a year of an agency through the clocks of retention",
        stores=True,
        options=frozenset({"image_kb"}),
    ),
    "search": Bench(
        "plateward.bench.search",
        "what searches cost among millions of reads, alone and beside intake, and the disk per read",
        stores=True,
        options=frozenset({"reads", "keep"}),
    ),
    "search-growth": Bench(
        "plateward.bench.search_growth",
        "what searches cost among 1, 10 and 100 million reads, on a PostgreSQL of its own, and the disk per read",
        options=frozenset({"reads"}),
        tells=True,
    ),
    "search-pages": Bench(
        "plateward.bench.search_pages",
        "what a searcher waits for: a page of results from a running hub, and its first results in Chromium",
        stores=True,
        options=frozenset({"reads", "keep"}),
    ),
    "shards": Bench(
        "plateward.bench.shards",
        "the read store over four PostgreSQL servers beside one: same answers, what a history and a place cost",
        options=frozenset({"reads"}),
    ),
    "house": Bench(
        "plateward.bench.fresh_clone",
        "a fresh clone: until the demo is ready, and does its main job",
        options=frozenset({"tests"}),
    ),
}


class DatabaseChoice(StrEnum):
    """The databases of a run."""

    SQLCIPHER = "sqlcipher"
    POSTGRESQL = "postgresql"
    BOTH = "both"


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
        DatabaseChoice, typer.Option(help="The database to measure; ignored by benchmarks that use none.")
    ] = DatabaseChoice.BOTH,
    tests: Annotated[
        bool, typer.Option("--tests", help="With house: also measure how long ./run test takes.")
    ] = False,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="With recognition: measure only this engine. With video: use it instead of the default. Repeatable.",
        ),
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
            min=100,
            help="With search, search-growth, search-pages and shards: how many reads. Default: 10,000,000, "
            "100,000,000, 1,000,000 and 300,000.",
        ),
    ] = None,
    entries: Annotated[
        int | None,
        typer.Option(
            min=1000, help="With audit: how many entries to search and verify. Default: 10,000,000."
        ),
    ] = None,
    image_kb: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            help="With retention: the size of the images that stay, in kB; a reader's have about 200. Default: 1.",
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="With search and search-pages: keeps what it made there, and uses it again the next time.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="With recognition: folder for images of misread plates and reliability charts.",
        ),
    ] = None,
) -> None:
    """Measure and print. A missed target is a result, not a failure: see `holds`."""
    if name not in BENCHES:
        raise typer.BadParameter(
            f"there is no '{name}'. Choose one of: {', '.join(BENCHES)}.", param_hint="NAME"
        )
    options: dict[str, Any] = {"tests": tests, "engine": engine, "images": images, "out": out}
    options |= {"reads": reads, "keep": keep, "entries": entries, "image_kb": image_kb}
    options = {option: value for option, value in options.items() if value}
    for option in options.keys() - BENCHES[name].options:
        able = " and ".join(candidate for candidate, item in BENCHES.items() if option in item.options)
        raise typer.BadParameter(f"only with {able}.", param_hint=f"--{option.replace('_', '-')}")
    if BENCHES[name].tells and not as_json:
        options["tell"] = _tell
    signal.signal(signal.SIGTERM, _stop)
    figures = _measure(BENCHES[name], database, options)
    show_line("")
    if as_json:
        document = {"name": name, "machine": machine(), "figures": [_contract(item) for item in figures]}
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _print_table(figures)


def _measure(benchmark: Bench, database: DatabaseChoice, options: dict[str, Any]) -> list[Figure]:
    if not benchmark.stores:
        figures: list[Figure] = import_module(benchmark.module).run(show_line, **options)
        return figures
    chosen = list(Database) if database is DatabaseChoice.BOTH else [Database(database)]
    return [figure for store in chosen for figure in measure(benchmark.module, store, show_line, **options)]


def _stop(*_: object) -> NoReturn:
    """Stop like on Ctrl-C, which a terminal sends to the measuring process too."""
    for child in active_children():
        if child.pid:
            os.kill(child.pid, signal.SIGINT)
    raise KeyboardInterrupt


def _tell(shown: RenderableType) -> None:
    _console().print(shown)


def _contract(figure: Figure) -> dict[str, Any]:
    return {key: value for key, value in asdict(figure).items() if key != "interval"}


def _console() -> Console:
    """As wide as the terminal; for a file or a pipe, wide enough that no line is broken."""
    return Console(width=None if sys.stdout.isatty() else 132)


def _print_table(figures: list[Figure]) -> None:
    table = Table("Figure", "Database", "Value", "95 %", "Unit", "Target", "Holds", box=None)
    for figure in figures:
        target = "" if figure.target is None else f"{figure.target:g}"
        holds = {None: "", True: "yes", False: "NO"}[figure.holds]
        between = "{:.3f} to {:.3f}".format(*figure.interval) if figure.interval else ""
        table.add_row(
            figure.name, figure.database or "", f"{figure.value:.4g}", between, figure.unit, target, holds
        )
    console = _console()
    console.print(table)
    console.print("Measured on: " + ", ".join(f"{key} {value}" for key, value in machine().items()))
