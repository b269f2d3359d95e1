"""The demo leaves no process behind."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from plateward.demo.processes import Processes, free_port, hold_port
from plateward.serve.address import require_free
from plateward.testing.waiting import WITHIN, wait_until

PARENT = """
import subprocess, sys, time
print("child", subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
time.sleep(600)
"""


def test_what_a_process_that_ended_by_itself_has_left_is_ended_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parent.py").write_text(PARENT)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, sys.path)]))
    with Processes(tmp_path / "logs") as processes:
        processes.start("parent", "parent")
        processes.await_line("parent", "child ")
        child = int(processes.tail("parent").split()[-1])
        os.kill(os.getpgid(child), signal.SIGKILL)
        assert runs(child)
    wait_until(lambda: not runs(child))


def test_a_reserved_port_is_free_only_for_the_intended_listener() -> None:
    with hold_port(0) as reserved:
        port = reserved.getsockname()[1]
        assert free_port(port) != port
        require_free("127.0.0.1", port, "PLATEWARD_PORT")
        with socket.create_server(("127.0.0.1", port)):
            assert free_port(port) != port
            with socket.create_connection(("127.0.0.1", port), timeout=WITHIN):
                pass


def runs(process: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
