"""`plateward bench`, with a benchmark that measures nothing."""

import inspect
import json
import signal
from collections.abc import Callable
from importlib import import_module

import pytest
from typer.testing import CliRunner, Result

from plateward.bench import cli
from plateward.bench.databases import Database
from plateward.bench.figures import Figure


def run(progress: Callable[[str], None]) -> list[Figure]:
    """This module is the benchmark."""
    progress("measuring nothing")
    return [Figure("speed", 12.5, "1/s"), Figure("p95", 612.0, "ms", 500, False)]


def bench(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments))


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # keep pytest's own handlers
    monkeypatch.setattr(cli, "MODULE", __name__)
    monkeypatch.setitem(cli.BENCHES, "fake", cli.Bench("nothing"))
    monkeypatch.setitem(cli.BENCHES, "stored", cli.Bench("nothing, on databases", stores=True))


def stores_in(monkeypatch: pytest.MonkeyPatch) -> list[Database]:
    """The databases requested, instead of any made."""
    requested: list[Database] = []

    def measure(module: str, database: Database, progress: Callable[[str], None]) -> list[Figure]:
        requested.append(database)
        return [Figure("speed", 1.0, "1/s", database=str(database))]

    monkeypatch.setattr(cli, "measure", measure)
    return requested


def test_json_is_one_document_with_machine_and_figures() -> None:
    result = bench("fake", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document.keys() == {"name", "machine", "figures"}
    assert document["name"] == "fake"
    assert document["machine"].keys() == {"cpu", "cores", "memory_gib", "python"}
    assert document["machine"]["cores"] >= 1
    assert document["figures"] == [
        {"name": "speed", "value": 12.5, "unit": "1/s", "target": None, "holds": None, "database": None},
        {"name": "p95", "value": 612.0, "unit": "ms", "target": 500, "holds": False, "database": None},
    ]


def test_a_person_gets_a_table_and_a_missed_target_stands_out() -> None:
    result = bench("fake")
    assert result.exit_code == 0
    (missed,) = [line for line in result.stdout.splitlines() if line.startswith(" p95")]
    assert missed.split() == ["p95", "612", "ms", "500", "NO"]


def test_a_name_that_is_none_is_wrong_usage_and_the_names_are_told() -> None:
    result = bench("nothing-like-it")
    assert result.exit_code == 2
    assert "recognition" in result.stderr


def test_help_lists_every_name() -> None:
    help_text = bench("--help").stdout
    assert [name for name in cli.BENCHES.keys() - {"fake", "stored"} if name not in help_text] == []


def test_every_benchmark_is_there_and_takes_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for name, benchmark in cli.BENCHES.items():
        takes = inspect.signature(import_module(cli.MODULE.format(name)).run).parameters
        assert {"progress", *benchmark.options} == set(takes), name


def test_an_option_of_another_benchmark_is_wrong_usage() -> None:
    result = bench("fake", "--reads", "2000")
    assert result.exit_code == 2
    assert "only with" in result.stderr


def test_what_stores_is_measured_on_both_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    requested = stores_in(monkeypatch)
    document = json.loads(bench("stored", "--json").stdout)
    assert requested == [Database.SQLCIPHER, Database.POSTGRESQL]
    assert [figure["database"] for figure in document["figures"]] == ["sqlcipher", "postgresql"]


def test_one_database_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    requested = stores_in(monkeypatch)
    assert bench("stored", "--database", "postgresql").exit_code == 0
    assert requested == [Database.POSTGRESQL]
