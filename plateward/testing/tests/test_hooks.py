"""Which folders a run does not even import, and which tests two runs leave to each other."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from plateward.testing import REPOSITORY
from plateward.testing.hooks import HUBS, USES_DATABASE, claimed, names_any


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


def test_two_runs_that_share_have_each_test_once(tmp_path: Path) -> None:
    items = [cast("pytest.Item", SimpleNamespace(path=Path(module))) for module in ("a", "a", "b", "b", "a")]
    early, late = claimed(items, tmp_path), claimed(items, tmp_path)
    begun = next(early)
    theirs = next(late)
    assert [begun, *early] == [*items[:2], items[4]]
    assert [theirs, *late] == items[2:4]
