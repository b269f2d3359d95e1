"""What `./run test` starts, prints and exits with."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

import pytest

from plateward.testing import __main__ as run


@pytest.mark.parametrize(
    ("arguments", "codes", "whole"),
    [
        (["-k", "fold"], [0, 0], 0),
        (["-k", "fold"], [0, 5], 0),  # none of them needs both databases
        (["-k", "nothing"], [5, 5], 5),
        (["-k", "fold"], [1, 5], 1),
        (["-k", "fold"], [0, 1], 1),
        ([], [0, 0, 0], 0),
        ([], [0, 1, 0], 1),
        ([], [0, 0, 1], 1),
        ([], [0, 0, 5], 5),  # some tests of the whole suite need both
    ],
)
def test_it_fails_when_any_run_does(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], codes: list[int], whole: int
) -> None:
    @contextmanager
    def cluster() -> Iterator[str]:
        yield "postgresql://127.0.0.1/test"

    def run_all(_: run.Run, beside: list[run.Run]) -> list[int]:
        assert 1 + len(beside) == len(codes)
        return codes

    monkeypatch.setattr(sys, "argv", ["testing", *arguments])
    monkeypatch.setattr(run, "cluster", cluster)
    monkeypatch.setattr(run, "run_all", run_all)
    assert run.main() == whole


def line(*arguments: str) -> list[str]:
    program = "import os, sys; print(os.environ['ON'], *sys.argv[1:]); sys.exit(int(os.environ['ENDS']))"
    return [sys.executable, "-c", program, *arguments]


def test_all_run_and_the_output_of_those_beside_the_first_follows(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    first: run.Run = ("First", line(), {"ON": "SQLCipher", "ENDS": "0"})
    hubs: run.Run = ("Second", line("-m", "hub"), {"ON": "SQLCipher", "ENDS": "1"})
    last: run.Run = ("Third", line("-m", "both_databases"), {"ON": "PostgreSQL", "ENDS": "5"})
    assert run.run_all(first, [hubs, last]) == [0, 1, 5]
    assert capfdbinary.readouterr().out.decode().splitlines() == [
        *("First", "SQLCipher"),
        *("Second", "SQLCipher -m hub"),
        *("Third", "PostgreSQL -m both_databases"),
    ]


def test_nothing_is_started_after_an_interrupted_run() -> None:
    interrupted, next_run = ((ends, line(), {"ON": "", "ENDS": ends}) for ends in "20")
    with TemporaryFile() as output:
        assert run.in_turn([interrupted, next_run], output) == [2]
