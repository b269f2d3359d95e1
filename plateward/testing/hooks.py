"""Which tests run where, how tables are emptied, and what is set up once. The run's own home: `testing/home.py`."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from plateward.testing.home import HOME

# A busy machine must not fail a test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="run only tests that use the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second database skips tests that never touch a database, and most pages in a browser.

    Folders with running hubs come first there: the parallel first run reaches them last, and Chromium needs a
    processor. Within them the hub tests come last, as in the first run: while a browser is open, Django refuses the
    database to its thread."""
    if not config.getoption("--only-database"):
        return
    hubs = {"live_hub", "running_hub"}
    uses = hubs | {"db", "transactional_db", "django_db_setup"}
    chosen = [
        i for i in items if (uses & fixtures(i) or i.get_closest_marker("django_db")) and not shown_once(i)
    ]
    folders = {i.path.parent for i in chosen if hubs & fixtures(i)}
    config.hook.pytest_deselected(items=[i for i in items if i not in chosen])
    items[:] = sorted(chosen, key=lambda i: (i.path.parent not in folders, bool(hubs & fixtures(i))))


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


@pytest.fixture(autouse=True)
def _no_head_beside_the_keys() -> None:
    """The end of a test rolls back its log entries, so drop the head that it signed too."""
    Path(HOME, "keys", "audit.head").unlink(missing_ok=True)


@pytest.fixture(scope="session", autouse=True)
def _static_files_once() -> None:
    """Each test's browser makes its middleware again; its files are the same each time."""
    from whitenoise.base import WhiteNoise  # type: ignore[import-untyped]

    made, cache = WhiteNoise.get_static_file, dict[str, Any]()

    def once(self: WhiteNoise, path: str, *about: Any, **more: Any) -> Any:
        if path not in cache:
            cache[path] = made(self, path, *about, **more)
        return cache[path]

    WhiteNoise.get_static_file = once
