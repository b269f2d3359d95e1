"""What `./run test` starts, prints and exits with."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from tempfile import TemporaryFile

import pytest

from plateward.testing import __main__ as run


@pytest.mark.parametrize(
    ("arguments", "codes", "whole"),
    [
        (["-k", "fold"], [0, 0], 0),
        (["-k", "fold"], [0, 5], 0),  # none of them uses a database
        (["-k", "nothing"], [5, 5], 5),
        (["-k", "fold"], [1, 5], 1),
        (["-k", "fold"], [0, 1], 1),
        ([], [0, 0, 0, 0, 0], 0),
        ([], [0, 1, 0, 0, 0], 1),
        ([], [0, 0, 0, 0, 1], 1),
        ([], [0, 0, 5, 0, 0], 5),  # some tests of the whole suite do
    ],
)
def test_it_fails_when_any_run_does(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], codes: list[int], whole: int
) -> None:
    @contextmanager
    def cluster() -> Iterator[str]:
        yield "postgresql://127.0.0.1/test"

    def run_all(_: list[str], __: run.Run, beside: list[list[run.Run]]) -> list[int]:
        assert 1 + sum(map(len, beside)) == len(codes)
        return codes

    monkeypatch.setattr(sys, "argv", ["testing", *arguments])
    monkeypatch.setattr(run, "cluster", cluster)
    monkeypatch.setattr(run, "database_beside", nullcontext)
    monkeypatch.setattr(run, "run_all", run_all)
    assert run.main() == whole


def test_all_run_and_the_output_of_each_is_printed_as_a_whole(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    line = [
        sys.executable,
        "-c",
        "import os, sys; print(os.environ['ON'], *sys.argv[1:]); sys.exit(int(os.environ['ENDS']))",
    ]
    first = run.Run("First", {"ON": "SQLCipher", "ENDS": "0"})
    hubs = run.Run("Second", {"ON": "hubs", "ENDS": "0"})
    more = run.Run("Third", {"ON": "SQLCipher", "ENDS": "1"}, ["--shared"])
    last = run.Run("Last", {"ON": "PostgreSQL", "ENDS": "5"}, ["--only-database"])
    assert run.run_all(line, first, [[hubs, more], [last]]) == [0, 0, 1, 5]
    assert capfdbinary.readouterr().out.decode().splitlines() == [
        *("First", "SQLCipher"),
        *("Second", "hubs"),
        *("Third", "SQLCipher --shared"),
        *("Last", "PostgreSQL --only-database"),
    ]


def test_nothing_is_started_after_an_interrupted_run() -> None:
    line = [sys.executable, "-c", "import os, sys; sys.exit(int(os.environ['ENDS']))"]
    interrupted, next_run = (run.Run(ends, {"ENDS": ends}) for ends in "20")
    with TemporaryFile() as output:
        assert run.in_turn(line, [interrupted, next_run], [output, output]) == [2]
