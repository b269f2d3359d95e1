"""The demo's processes: started in order, stopped in reverse, none left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from plateward.ground.errors import PlatewardError

STOP_WITHIN = 15.0


class DemoError(PlatewardError):
    """The demo could not start; the sentence says what failed and where its output is."""


def hold_port(wanted: int) -> socket.socket:
    """A socket on `wanted` if it is free, otherwise (or for 0) on a port that the system picks.

    While it is open no other process gets the port, so that two demos do not clash; the intended process can still
    listen there, as it allows reuse beside a socket that allows it and does not listen.
    """
    sock = socket.socket()
    try:
        sock.bind(("127.0.0.1", wanted))
    except OSError:
        sock.bind(("127.0.0.1", 0))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not before: another held port is not free
    return sock


def free_port(wanted: int) -> int:
    """The port number only, free a moment ago."""
    with hold_port(wanted) as sock:
        return int(sock.getsockname()[1])


class Processes(ExitStack):
    """Child processes, each with its output in its own file unless it is shown."""

    def __init__(self, logs: Path) -> None:
        super().__init__()
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(
        self,
        name: str,
        module: str,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        visible: bool = False,
    ) -> None:
        """Start `python -m module arguments…`; `shown` leaves its output on this terminal."""
        out = None if visible else self.enter_context((self._logs / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
            stdout=out,
            stderr=subprocess.STDOUT if out else None,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the demo, which then stops them in order
        )
        self._running[name] = process
        self.callback(_stop, process)

    def await_line(self, name: str, begins: str, within: float = 180.0) -> None:
        """Wait until `name` itself says that it is ready: some other process might answer on its port.

        Raises DemoError when it ends or takes too long.
        """
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if any(line.startswith(begins) for line in self._written(name)):
                return
            self.require(name)
            time.sleep(0.1)
        raise DemoError(f"The {name} was not ready within {within:.0f} s: {self.tail(name)}")

    def require(self, name: str) -> None:
        """Raise DemoError if `name` has ended."""
        code = self._running[name].poll()
        if code is not None:
            raise DemoError(f"The {name} ended (exit code {code}): {self.tail(name)}")

    def stop(self, name: str) -> None:
        """End `name` and what it started, before the others."""
        _stop(self._running[name])

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def tail(self, name: str) -> str:
        """The last lines that `name` wrote."""
        return "\n".join(self._written(name)[-15:])

    def _written(self, name: str) -> list[str]:
        log = self._logs / f"{name}.log"
        return log.read_text(errors="replace").splitlines() if log.exists() else []


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to end, then end whatever it started and left behind, even if it ended by itself."""
    with suppress(subprocess.TimeoutExpired):
        process.terminate()
        process.wait(STOP_WITHIN)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
