"""What `./run test` answers for both databases together."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from plateward.testing import __main__ as run


@pytest.mark.parametrize(
    ("asked", "codes", "whole"),
    [
        (["-k", "fold"], [0, 0], 0),
        (["-k", "fold"], [0, 5], 0),  # none of them uses a database
        (["-k", "nothing"], [5, 5], 5),
        (["-k", "fold"], [1, 5], 1),
        (["-k", "fold"], [0, 1], 1),
        ([], [0, 5], 5),  # the whole suite has some that do
    ],
)
def test_it_fails_when_either_run_does(
    monkeypatch: pytest.MonkeyPatch, asked: list[str], codes: list[int], whole: int
) -> None:
    @contextmanager
    def cluster() -> Iterator[str]:
        yield "postgresql://127.0.0.1/test"

    ran = iter(codes)
    monkeypatch.setattr(sys, "argv", ["testing", *asked])
    monkeypatch.setattr(run, "cluster", cluster)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=next(ran)))
    assert run.main() == whole
