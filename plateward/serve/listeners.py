"""How the hub's two listeners start: granian on this machine only, with a door in front of it."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from django.conf import settings

from plateward.policy.trace import enforces
from plateward.serve.behind_door import DOORWAY
from plateward.serve.door import Doorway
from plateward.serve.passage import INNER

HEADERS_MS = 10_000  # for the headers of a request


def hold_port() -> socket.socket:
    """A socket on a port that the system picks. While it is open no other process gets the port, except the intended
    listener, which allows reuse beside a socket that allows it and does not listen."""
    sock = socket.socket()
    sock.bind((INNER, 0))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return sock


@dataclass(frozen=True)
class ListenerProcess:
    """How to start a listener: granian on this machine only, and the door described by `doorway`."""

    application: str
    doorway: Doorway

    @property
    def line(self) -> list[str]:
        return [
            *(sys.executable, "-m", "plateward.serve.listener", "--interface", "asgi", "--no-ws"),
            *("--workers", "1"),  # what is counted in a process is of the node (docs/decisions/0090)
            *("--host", INNER, "--port", str(self.doorway.inner), "--log-level", "warning"),
            *("--http1-header-read-timeout", str(HEADERS_MS), "--http2-max-concurrent-streams", "64"),
            *("--http2-max-headers-size", str(64 * 1024), self.application),
        ]

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            DOORWAY: msgspec.json.encode(self.doorway).decode(),
            "OPENSSL_CONF": str(Path(__file__).with_name("openssl.cnf")),
        }

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self.line, env=self.environment)


@enforces("6.i.ii", "SC-8")
def listener_processes(
    host: str, inner: Sequence[int], certificate: Path, key: Path, authority: Path
) -> dict[str, ListenerProcess]:
    """A listener for people, and another for devices, which must show a certificate of the agency."""
    files = {"certificate": str(certificate), "key": str(key)}
    people = Doorway(host, settings.PEOPLE_PORT, inner[0], **files)
    devices = Doorway(host, settings.DEVICE_PORT, inner[1], **files, authority=str(authority))
    return {
        "people": ListenerProcess("plateward.asgi:application", people),
        "devices": ListenerProcess("plateward.asgi_devices:application", devices),
    }
