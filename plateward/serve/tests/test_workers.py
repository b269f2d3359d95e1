"""A node has one process for people, so that what is counted in it is the node's."""

from pathlib import Path

import pytest

from plateward.serve.hub import listener_processes


def test_a_listener_has_one_worker_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRANIAN_WORKERS", "4")
    file = Path("unused.pem")
    for process in listener_processes("localhost", (1, 2), file, file, file).values():
        assert "--workers 1" in " ".join(process.line)  # what is on the line counts before GRANIAN_WORKERS
