"""Which tests run where, how tables are emptied, and what is set up once. The run's own home: `testing/home.py`."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from plateward.testing.home import HOME

# A busy machine must not fail a test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


HUBS = {"live_hub", "running_hub"}  # fixtures: a hub with processes of its own
DATABASE = HUBS | {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="run only tests that use the database")
    parser.addoption(
        "--hubs", choices=("only", "without"), help="run only folders with running hubs, or all others"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second database skips tests that never touch a database, and most pages in a browser.

    Folders with running hubs come last there: a run beside it begins with them, and Chromium needs a processor. Within
    them the hub tests come last, as in the first run: while a browser is open, Django refuses the database to its
    thread."""
    folders = {item.path.parent for item in items if HUBS & fixtures(item)}
    if hubs := config.getoption("--hubs"):
        keep(config, items, [item for item in items if (item.path.parent in folders) == (hubs == "only")])
    if config.getoption("--only-database"):
        chosen = [item for item in items if uses_database(item) and not shown_once(item)]
        keep(
            config,
            items,
            sorted(chosen, key=lambda item: (item.path.parent in folders, bool(HUBS & fixtures(item)))),
        )


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
