"""A throw-away hub for a measurement: an empty home and, on PostgreSQL, an empty database of its own.

Settings bind a process to a database, so each measurement runs in its own process."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from enum import StrEnum
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from plateward.bench.figures import Figure, Progress
from plateward.ground.errors import PlatewardError

FOLDER = Path("var")  # a real disk, where fsync has its cost; temporary folders may be in memory
SITE = {"PLATEWARD_DATABASE_URL", "PLATEWARD_KEYS"}  # these would lead to a site's own data


class Database(StrEnum):
    """The hub's database."""

    SQLCIPHER = "sqlcipher"
    POSTGRESQL = "postgresql"


def measure(module: str, database: Database, progress: Progress, **options: Any) -> list[Figure]:
    """The figures of `module.run(progress, **options)` on this database. `progress` must be a plain function of a
    module."""
    progress(f"{database}: making an empty hub")
    with (
        throw_away(database) as environment,
        ProcessPoolExecutor(1, get_context("spawn"), _enter, (environment,)) as child,
    ):
        figures = child.submit(_run, module, progress, options).result()
    return [replace(figure, database=str(database)) for figure in figures]


def _enter(environment: Mapping[str, str]) -> None:
    # A process started from a background shell would inherit an ignored Ctrl-C signal, and could not be stopped.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ |= environment


def _run(module: str, progress: Progress, options: Mapping[str, Any]) -> list[Figure]:
    try:
        figures: list[Figure] = import_module(module).run(progress, **options)
    except PlatewardError as error:
        # Its class may not cross to the other process; its sentence does.
        raise PlatewardError(str(error)) from None
    return figures


@contextmanager
def throw_away(database: Database) -> Iterator[Mapping[str, str]]:
    """The environment of such a hub. Everything is removed afterward. PostgreSQL is the server that the variable
    PLATEWARD_TEST_CITUS names first, if set, with two more as its nodes; nothing is distributed yet."""
    FOLDER.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=FOLDER)).absolute()
    try:
        with _without(SITE), _url(database) as own:
            yield {"PLATEWARD_HOME": str(folder / "hub"), **own}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _without(names: set[str]) -> Iterator[None]:
    """Without these names, since the child copies this process's environment and adds its own."""
    before = {name: os.environ.pop(name) for name in names & os.environ.keys()}
    try:
        yield
    finally:
        os.environ |= before


@contextmanager
def _url(database: Database) -> Iterator[Mapping[str, str]]:
    if database is Database.SQLCIPHER:
        yield {}
        return
    import psycopg

    from plateward.testing.postgres import cluster

    nodes = [f"{url}/postgres" for url in os.environ.get("PLATEWARD_TEST_CITUS", "").split(",") if url][:3]
    with nullcontext(nodes[0]) if nodes else cluster(durable=True) as server:
        if server is None:
            raise PlatewardError(
                "There is no PostgreSQL on this machine: no server answers, and Debian's package is not "
                "installed. Install postgresql, or measure with --database sqlcipher."
            )
        name = f"plateward_bench_{token_hex(4)}"
        try:
            for each in nodes or [server]:
                with psycopg.connect(each, autocommit=True) as admin:
                    for setting in ("fsync", "synchronous_commit"):
                        if admin.execute(f"SHOW {setting}".encode()).fetchone() == ("off",):
                            raise PlatewardError(
                                f"The PostgreSQL that answers has {setting} off: it does not wait for its disk as a "
                                "site's does. Turn it on, or set PLATEWARD_TEST_POSTGRES to a server that has it on."
                            )
                    admin.execute(f"CREATE DATABASE {name}".encode())
            if nodes:
                _make_one(name, nodes)
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            yield {"PLATEWARD_DATABASE_URL": url, "PLATEWARD_DISK_ENCRYPTION": "throw-away benchmark"}
        finally:
            for each in nodes or [server]:
                with psycopg.connect(each, autocommit=True) as admin:
                    admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _make_one(name: str, nodes: Sequence[str]) -> None:
    """A Citus cluster of the databases of this name: the first is the coordinator's."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    for each in nodes:
        with psycopg.connect(each, dbname=name, autocommit=True) as line:
            line.execute("CREATE EXTENSION citus")
    places = [(parts["host"], parts["port"]) for parts in map(conninfo_to_dict, nodes)]
    with psycopg.connect(nodes[0], dbname=name, autocommit=True) as line:
        line.execute("SELECT citus_set_coordinator_host(%s, %s)", places[0])
        for place in places[1:]:
            line.execute("SELECT citus_add_node(%s, %s)", place)
