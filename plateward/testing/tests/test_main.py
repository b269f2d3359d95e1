"""What `./run test` starts, prints and exits with."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
        ([], [0, 0, 0], 0),
        ([], [0, 1, 0], 1),
        ([], [0, 0, 5], 5),  # some tests of the whole suite do
    ],
)
def test_it_fails_when_any_run_does(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], codes: list[int], whole: int
) -> None:
    @contextmanager
    def cluster() -> Iterator[str]:
        yield "postgresql://127.0.0.1/test"

    def run_all(_: list[str], runs: list[run.Run]) -> list[int]:
        assert len(runs) == len(codes)
        return codes

    monkeypatch.setattr(sys, "argv", ["testing", *arguments])
    monkeypatch.setattr(run, "cluster", cluster)
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
    second = run.Run("Second", {"ON": "PostgreSQL", "ENDS": "1"}, ["--only-database"])
    assert run.run_all(line, [first, second]) == [0, 1]
    lines = capfdbinary.readouterr().out.splitlines()
    assert lines == [b"First", b"SQLCipher", b"Second", b"PostgreSQL --only-database"]
