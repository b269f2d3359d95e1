"""What simulators share: TLS, a thread of their own, and a command that runs until it is stopped."""

import argparse
import signal
import socket
import socketserver
import ssl
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from typing import Any, Protocol, Self

from plateward.ground.stopping import stop_by


class PlainServer(socketserver.ThreadingTCPServer):
    """A service (port 0: any free port), each connection in a thread of its own. It serves within a `with` block; at
    the end everything in progress is stopped. Whatever waits in a conversation wakes up on `stopping`."""

    allow_reuse_address = True
    daemon_threads = True

    def __enter__(self) -> Self:
        self.stopping = Event()
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class SimulatorServer(PlainServer):
    """The same over TLS 1.2 or later. `queries` lists the requests."""

    def __init__(
        self,
        handler: type[socketserver.BaseRequestHandler],
        certificate: Path,
        key: Path,
        address: tuple[str, int],
        delay: float,
    ) -> None:
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self.tls.load_cert_chain(certificate, key)
        self.delay = delay
        self.queries: list[str] = []
        super().__init__(address, handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """The handshake runs in the conversation's own thread, so a client that never finishes it delays nobody."""
        request.settimeout(30)
        with self.tls.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that went away."""


class Listening(Protocol):
    """A running simulator."""

    @property
    def port(self) -> int: ...


def reset(connection: socket.socket) -> None:
    """Closing with unsent data then resets the connection instead of ending it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def command_parser(
    prog: str, service: str, modes: type[StrEnum], *, tls: bool = True
) -> argparse.ArgumentParser:
    """The arguments of every simulator's command; `tls`: it needs a certificate."""
    parser = argparse.ArgumentParser(prog=prog, description=f"A simulated {service}.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    if tls:
        parser.add_argument("--cert", type=Path, required=True, help="PEM of its certificate")
        parser.add_argument("--key", type=Path, required=True, help="PEM of its key")
    parser.add_argument("--mode", type=modes, choices=list(modes), default=modes("normal"))
    return parser


WATCH_EVERY = 0.5  # seconds


@contextmanager
def watch_files(files: Mapping[Path, Callable[[bytes], None]]) -> Iterator[None]:
    """Read each file again whenever it changes, so that a simulator can be changed while it runs. A bad change is
    reported, and leaves things as they were."""
    last_changed = {path: path.stat().st_mtime_ns for path in files}
    stop = Event()

    def follow() -> None:
        while not stop.wait(WATCH_EVERY):
            for path, take in files.items():
                try:
                    changed = path.stat().st_mtime_ns
                    if changed != last_changed[path]:
                        take(path.read_bytes())
                        last_changed[path] = changed
                except (OSError, ValueError) as error:
                    sys.stderr.write(f"{path} is not taken: {error}\n")

    thread = Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run(
    name: str, options: argparse.Namespace, started: Callable[[], AbstractContextManager[Listening]]
) -> None:
    """Run until SIGTERM or Ctrl-C; exit with a sentence if it cannot run."""
    stop = stop_by(signal.SIGTERM, signal.SIGINT)
    try:
        with started() as simulator:
            sys.stdout.write(f"{name} simulator listening on {options.host}:{simulator.port}\n")
            sys.stdout.flush()
            stop.wait()
    except (OSError, ValueError, OverflowError) as error:  # a port in use, a file missing or bad
        sys.exit(f"The {name} simulator cannot run on {options.host}:{options.port}: {error}")
