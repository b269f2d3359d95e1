"""Which tests run where, how tables are emptied, and what is set up once. The run's own home: `testing/home.py`."""

import gc
import logging
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from _pytest import runner
from hypothesis import settings

from plateward.testing import REPOSITORY
from plateward.testing.home import HOME
from plateward.testing.turns import one_at_a_time

# A busy machine must not fail a test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


gc.set_threshold(50_000, 20, 100)
# Python asks the kernel for 16 KB whenever calls nest deeper than the stack it has, and gives them back right after: a
# tenth of the time of a page. What claims a large stack of its own gets one with room for all calls within.
runner.runtestprotocol.__code__ = runner.runtestprotocol.__code__.replace(co_stacksize=100_000)

GIVES_WAY = 5  # of 19
BEFORE_MIDNIGHT = 30.0  # seconds, longer than most tests take on a slow machine
HUBS = frozenset({"live_hub", "running_hub"})  # fixtures: a hub with processes of its own
DATABASE = HUBS | {"db", "transactional_db", "django_db_setup"}
USES_DATABASE = DATABASE | {"django_db"}  # a mark


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="run only tests that use the database")
    parser.addoption(
        "--hubs", choices=("only", "without"), help="run only folders with running hubs, or all others"
    )
    parser.addoption(
        "--shared",
        type=Path,
        metavar="FOLDER",
        help="share the tests with the other runs of this folder: each module is run by the first that comes to it",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Tests that another run has are not even imported: that takes as long as a hundred of them."""
    if not collection_path.is_file():
        return None
    hubs, folder = config.getoption("--hubs"), collection_path.parent
    elsewhere = hubs and (hubs == "only") != names_any(folder, HUBS)
    without = config.getoption("--only-database") and not names_any(folder, USES_DATABASE)
    return bool(elsewhere or without) or None


@cache
def names_any(folder: Path, names: frozenset[str]) -> bool:
    """Whether a test here may use one of these fixtures or marks: then a file here, or a conftest.py above, names
    it."""
    rooms = takewhile(lambda above: above not in (REPOSITORY, REPOSITORY / "plateward"), folder.parents)
    above = (file for room in rooms for file in room.glob("conftest.py"))
    named = re.compile(rf"\b({'|'.join(names)})\b")
    return any(named.search(file.read_text()) for file in (*folder.glob("*.py"), *above))


def pytest_configure(config: pytest.Config) -> None:
    """Beside what computes, running hubs and browsers get a processor at once: their tests wait for one step after
    another, and end last."""
    if config.getoption("--hubs") == "without":
        os.nice(GIVES_WAY)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Any:
    """One run collects after another: the second finds the test modules compiled, which takes longer than to load them.
    Folders with running hubs are in no other run that begins with it."""
    with nullcontext() if session.config.getoption("--hubs") == "only" else one_at_a_time("collecting"):
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second database skips tests that never touch a database, and most pages in a browser.

    Folders with running hubs come last there: a run beside it begins with them, and Chromium needs a processor. Within
    them the hub tests come last, as in the first run: while a browser is open, Django refuses the database to its
    thread."""
    folders = {item.path.parent for item in items if HUBS & fixtures(item)}
    if config.getoption("--only-database"):
        chosen = [item for item in items if uses_database(item) and not shown_once(item)]
        keep(
            config,
            items,
            sorted(chosen, key=lambda item: (item.path.parent in folders, bool(HUBS & fixtures(item)))),
        )


def pytest_collection_finish() -> None:
    """Of a million objects of libraries and tests nothing is garbage: never look through them again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Pytest's own, but of tests that may prove to be another run's."""
    folder: Path | None = session.config.getoption("--shared")
    if folder is None or session.testsfailed or session.config.option.collectonly:
        return None
    items = claimed(session.items, folder)
    item = next(items, None)
    while item is not None:
        following = next(items, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def claimed(items: Sequence[pytest.Item], folder: Path) -> Iterator[pytest.Item]:
    """A module's tests stay together, as fixtures of a module's scope expect; it comes up to three times, since those
    with a database come first. An empty file for each claim."""
    for turn, (_, group) in enumerate(groupby(items, key=lambda item: item.path)):
        try:
            (folder / str(turn)).touch(exist_ok=False)
        except FileExistsError:
            continue
        yield from group


def keep(config: pytest.Config, items: list[pytest.Item], chosen: list[pytest.Item]) -> None:
    """Of all items only the chosen ones, in their order."""
    kept = set(chosen)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = chosen


def uses_database(item: pytest.Item) -> bool:
    return bool(DATABASE & fixtures(item) or item.get_closest_marker("django_db"))


def shown_once(item: pytest.Item) -> bool:
    """Whether running on the first database is enough."""
    marks = {mark.name for mark in item.iter_markers()}
    return "one_database" in marks or ("browser" in marks and "both_databases" not in marks)


def fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def _emptied() -> None:
    from django.test import TransactionTestCase

    from plateward.testing.emptying import delete_rows

    TransactionTestCase._fixture_teardown = delete_rows  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _migrated_once() -> None:
    from plateward.db.sqlcipher.creation import DatabaseCreation
    from plateward.testing.migrated import create_test_db

    DatabaseCreation.create_test_db = create_test_db  # type: ignore[assignment]


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> None:
    """One connection asks all that the hub's hundred would ask: with the usual 128, half of its statements are compiled
    anew each time."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["cached_statements"] = 4000


@pytest.fixture(scope="session", autouse=True)
def _logging_once() -> None:
    """A command that is called within the process would have the log go to its own stderr, which closes with it: from
    then on every line would be a traceback. Pytest has the log anyway; Django's handler would write it once more."""
    from django.conf import settings

    settings.LOGGING_CONFIG = None
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if type(handler) is not logging.StreamHandler]


@pytest.fixture(autouse=True)
def _no_midnight_within_a_test() -> None:
    """A test may say "today" more than once, so none begins right before midnight, in UTC or at the agency."""
    from django.conf import settings

    zones = UTC, ZoneInfo(settings.TIME_ZONE)
    while any(_day(zone, ahead=BEFORE_MIDNIGHT) != _day(zone) for zone in zones):
        time.sleep(1)


def _day(zone: tzinfo, ahead: float = 0.0) -> date:
    return datetime.fromtimestamp(time.time() + ahead, zone).date()


@pytest.fixture(autouse=True)
def _no_head_beside_the_keys() -> None:
    """The end of a test rolls back its log entries, so drop the head that it signed too."""
    Path(HOME, "keys", "audit.head").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _no_index_of_rows_that_were_rolled_back() -> None:
    """A test's hot lists may have the versions of the last test's, and entries with other keys."""
    if current := sys.modules.get("plateward.hotlists.delivery.current"):
        vars(current)["_loaded"] = None


@pytest.fixture(scope="session", autouse=True)
def _static_files_once() -> None:
    """Each test's browser makes its middleware again; its files are the same each time."""
    from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

    made, first = WhiteNoiseMiddleware.__init__, dict[str, Any]()

    def once(self: WhiteNoiseMiddleware, get_response: Any) -> None:
        if not first:
            made(self, get_response)
            first.update(vars(self))
        vars(self).update(first, get_response=get_response)

    WhiteNoiseMiddleware.__init__ = once


@pytest.fixture(scope="session", autouse=True)
def _passwords_hashed_cheaply() -> None:
    """A hash is made to take long; its cost is Django's, and no test is about it."""
    from django.contrib.auth.hashers import ScryptPasswordHasher

    ScryptPasswordHasher.work_factor = 2**4
