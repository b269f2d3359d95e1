"""Which folders a run does not even import."""

import pytest

from plateward.testing import REPOSITORY
from plateward.testing.hooks import HUBS, USES_DATABASE, names_any


@pytest.mark.parametrize(
    ("folder", "database", "hubs"),
    [
        ("wire", False, False),
        ("alerts/vehicle", True, False),  # by a fixture of the conftest.py above
        ("serve", True, True),
    ],
)
def test_a_folder_uses_what_it_or_a_conftest_above_it_names(folder: str, database: bool, hubs: bool) -> None:
    tests = REPOSITORY / "plateward" / folder / "tests"
    assert names_any(tests, USES_DATABASE) == database
    assert names_any(tests, HUBS) == hubs
