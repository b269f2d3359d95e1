"""A throw-away hub for a measurement: an empty home and, on PostgreSQL, an empty database of its own.

Settings bind a process to a database, so each measurement runs in its own process."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from hashlib import sha256
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from plateward.bench.figures import Figure
from plateward.errors import PlatewardError

FOLDER = Path("var")  # a real disk, where fsync has its cost; temporary folders may be in memory
SITE = {
    "PLATEWARD_DATABASE_URL",
    "PLATEWARD_KEYS",
    "PLATEWARD_READ_SHARDS",
}  # these would lead to a site's own data


class Database(StrEnum):
    """The hub's database."""

    SQLCIPHER = "sqlcipher"
    POSTGRESQL = "postgresql"


def measure(
    module: str,
    database: Database,
    progress: Callable[[str], None],
    keep: Path | None = None,
    **options: Any,
) -> list[Figure]:
    """The figures of `module.run(progress, **options)` on this database, in the folder `keep` if its data are to be
    used again. `progress` must be a plain function of a module."""
    progress(f"{database}: making an empty hub")
    with (
        kept(database, keep) if keep else throw_away(database) as environment,
        ProcessPoolExecutor(1, get_context("spawn"), _enter, (environment,)) as child,
    ):
        figures = child.submit(_run, module, progress, options).result()
    return [replace(figure, database=str(database)) for figure in figures]


def _enter(environment: Mapping[str, str]) -> None:
    # A process started from a background shell would inherit an ignored Ctrl-C signal, and could not be stopped.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ |= environment


def _run(module: str, progress: Callable[[str], None], options: Mapping[str, Any]) -> list[Figure]:
    try:
        figures: list[Figure] = import_module(module).run(progress, **options)
    except PlatewardError as error:
        # Its class may not cross to the other process; its sentence does.
        raise PlatewardError(str(error)) from None
    return figures


@contextmanager
def own_process(environment: Mapping[str, str]) -> Iterator[ProcessPoolExecutor]:
    """A process for a hub with an empty home and this environment, and nothing of a site's."""
    with (
        _empty_folder() as folder,
        _without(SITE),
        ProcessPoolExecutor(
            1, get_context("spawn"), _enter, ({"PLATEWARD_HOME": str(folder / "hub"), **environment},)
        ) as child,
    ):
        yield child


@contextmanager
def _empty_folder() -> Iterator[Path]:
    FOLDER.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=FOLDER)).absolute()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throw_away(database: Database) -> Iterator[Mapping[str, str]]:
    """The environment of such a hub. Everything is removed afterward."""
    with _empty_folder() as folder, _without(SITE), _url(database) as own:
        yield {"PLATEWARD_HOME": str(folder / "hub"), **own}


@contextmanager
def kept(database: Database, folder: Path) -> Iterator[Mapping[str, str]]:
    """The environment of a hub that is made once in this folder and stays there; on PostgreSQL, so does its
    database, which has a name made from the folder's."""
    home = folder.absolute() / database
    home.mkdir(parents=True, exist_ok=True)
    name = f"plateward_bench_{sha256(os.fsencode(home)).hexdigest()[:8]}"
    with _without(SITE), _url(database, name) as own:
        yield {"PLATEWARD_HOME": str(home), **own}


@contextmanager
def _without(names: set[str]) -> Iterator[None]:
    """Without these names, since the child copies this process's environment and adds its own."""
    before = {name: os.environ.pop(name) for name in names & os.environ.keys()}
    try:
        yield
    finally:
        os.environ |= before


@contextmanager
def _url(database: Database, keep: str | None = None) -> Iterator[Mapping[str, str]]:
    if database is Database.SQLCIPHER:
        yield {}
        return
    import psycopg

    from plateward.testing.postgres import cluster

    with cluster(durable=True) as server:
        if server is None:
            raise PlatewardError(
                "There is no PostgreSQL on this machine: no server answers, and Debian's package is not "
                "installed. Install postgresql, or measure with --database sqlcipher."
            )
        name = keep or f"plateward_bench_{token_hex(4)}"
        with psycopg.connect(server, autocommit=True) as admin:
            for setting in ("fsync", "synchronous_commit"):
                if admin.execute(f"SHOW {setting}".encode()).fetchone() == ("off",):
                    raise PlatewardError(
                        f"The PostgreSQL that answers has {setting} off: it does not wait for its disk as a "
                        "site's does. Turn it on, or set PLATEWARD_TEST_POSTGRES to a server that has it on."
                    )
            there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not there:
                admin.execute(f"CREATE DATABASE {name}".encode())
        try:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            yield {"PLATEWARD_DATABASE_URL": url, "PLATEWARD_DISK_ENCRYPTION": "throw-away benchmark"}
        finally:
            if not keep:
                with psycopg.connect(server, autocommit=True) as admin:
                    admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
