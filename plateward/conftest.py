"""Every test run has a home of its own, and it is gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before settings are imported: they open the key ring.
HOME = Path(tempfile.mkdtemp(prefix="plateward-test-"))
os.environ["PLATEWARD_HOME"] = str(HOME)

# A busy machine fails no test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="run only tests that use the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second database, what never touches a database has nothing more to show."""
    if not config.getoption("--only-database"):
        return
    uses = {"db", "transactional_db", "django_db_setup", "live_hub", "running_hub"}
    chosen = [
        i for i in items if uses & set(getattr(i, "fixturenames", ())) or i.get_closest_marker("django_db")
    ]
    config.hook.pytest_deselected(items=[i for i in items if i not in chosen])
    items[:] = chosen


@pytest.fixture(scope="session", autouse=True)
def _home() -> Iterator[None]:
    yield
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _emptied() -> None:
    from django.test import TransactionTestCase

    from plateward.testing.emptied import emptied

    TransactionTestCase._fixture_teardown = emptied  # type: ignore[attr-defined]
