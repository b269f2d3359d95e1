"""A throw-away hub never leads to a site's own."""

import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from plateward.bench.databases import Database, measure, throw_away
from plateward.bench.figures import Figure
from plateward.ground.errors import PlatewardError
from plateward.testing import skip_or_fail
from plateward.testing.postgres import cluster


class Failed(PlatewardError):
    """An error that only its own process can construct."""

    def __init__(self, subject: str, problem: str) -> None:
        super().__init__(f"{subject} cannot {problem}.")


def run(progress: Callable[[str], None]) -> list[Figure]:
    """In the child: which of a site's variables it sees."""
    if "BENCH_FAILS" in os.environ:
        raise Failed("It", "be measured")
    home = Path(os.environ["PLATEWARD_HOME"])
    return [
        Figure("empty home", float(not home.exists()), ""),
        Figure("own parent", float(home.parent.is_dir() and home.parent.name.startswith("bench-")), ""),
        Figure(
            "site's database or keys",
            len({"PLATEWARD_DATABASE_URL", "PLATEWARD_KEYS"} & os.environ.keys()),
            "",
        ),
    ]


def quiet(_: str) -> None:
    """No progress."""


def test_a_benchmark_gets_its_own_empty_hub_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLATEWARD_DATABASE_URL", "postgresql://site.example.gov/hub")
    monkeypatch.setenv("PLATEWARD_KEYS", "/etc/plateward/keys")
    figures = measure(__name__, Database.SQLCIPHER, quiet)
    assert {figure.name: figure.value for figure in figures} == {
        "empty home": 1,
        "own parent": 1,
        "site's database or keys": 0,
    }
    assert {figure.database for figure in figures} == {"sqlcipher"}
    assert list(tmp_path.joinpath("var").iterdir()) == []
    assert os.environ["PLATEWARD_DATABASE_URL"] == "postgresql://site.example.gov/hub"


def test_a_server_that_does_not_wait_for_its_disk_is_not_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with cluster() as server:
        if server is None:
            skip_or_fail("no PostgreSQL on this machine")
        mark = "&" if "?" in str(server) else "?"
        hasty = f"{server}{mark}options=-c%20synchronous_commit%3Doff"
        monkeypatch.setenv("PLATEWARD_TEST_POSTGRES", hasty)
        monkeypatch.delenv("PLATEWARD_TEST_CITUS", raising=False)
        with pytest.raises(PlatewardError, match="synchronous_commit off"), throw_away(Database.POSTGRESQL):
            pass


def test_what_fails_in_the_child_is_told_as_it_was_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BENCH_FAILS", "yes")
    with pytest.raises(PlatewardError, match=r"\AIt cannot be measured\.\Z"):
        measure(__name__, Database.SQLCIPHER, quiet)


@pytest.mark.skipif(
    "PLATEWARD_TEST_CITUS" not in os.environ, reason="PLATEWARD_TEST_CITUS names no servers with Citus"
)
def test_a_cluster_is_made_of_the_servers_that_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with throw_away(Database.POSTGRESQL) as own, psycopg.connect(own["PLATEWARD_DATABASE_URL"]) as line:
        row = line.execute("SELECT count(*) FROM pg_dist_node WHERE shouldhaveshards").fetchone()
    assert row == (2,)
