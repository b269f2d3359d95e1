"""The exit code of `./run test` for both databases together."""

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
        ([], [0, 5], 5),  # some tests of the whole suite do
    ],
)
def test_it_fails_when_either_run_does(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], codes: list[int], whole: int
) -> None:
    @contextmanager
    def cluster() -> Iterator[str]:
        yield "postgresql://127.0.0.1/test"

    monkeypatch.setattr(sys, "argv", ["testing", *arguments])
    monkeypatch.setattr(run, "cluster", cluster)
    monkeypatch.setattr(run, "run_both", lambda *_: codes)
    assert run.main() == whole


def test_both_run_and_each_is_told_as_a_whole(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    line = [
        sys.executable,
        "-c",
        "import os, sys; print(os.environ['ON'], *sys.argv[1:]); sys.exit(int(os.environ['ENDS']))",
    ]
    first, second = {"ON": "SQLCipher", "ENDS": "0"}, {"ON": "PostgreSQL", "ENDS": "1"}
    assert run.run_both(line, first, second) == (0, 1)
    lines = capfdbinary.readouterr().out.splitlines()
    assert lines[1:] == [b"SQLCipher", b"Tests on PostgreSQL", b"PostgreSQL --only-database"]
