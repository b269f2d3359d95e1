"""The hub's processes: a listener for people, a listener for devices, each granian on this machine only with a door in
front of it, and the background work."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management import call_command

from plateward.core.audit.actor import command_line_actor
from plateward.core.audit.continuity import require_whole
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.recount import upgrade
from plateward.core.db.continuity import require_continuity
from plateward.core.db.setup import is_migrated
from plateward.core.jobs.health import Light, parts, read_all
from plateward.core.rooms import declared
from plateward.field.reads.destruction import destroy_again
from plateward.field.reads.place import places
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.evidence import cryptographic_module
from plateward.ground.policy.trace import enforces
from plateward.ground.stopping import stop_by
from plateward.serve.address import require_free
from plateward.serve.agency_certificate import require_usable
from plateward.serve.background import start
from plateward.serve.behind_door import DOORWAY
from plateward.serve.certificate import ensure_certificate, public_hosts
from plateward.serve.door import Doorway
from plateward.serve.passage import INNER
from plateward.serve.upgrade.keeping import note_version
from plateward.serve.upgrade.undoing import take_up_undone
from plateward.serve.watched import Watched
from plateward.version import described

HEADERS_MS = 10_000  # for the headers of a request
MAX_HEADERS = 64 * 1024  # bytes
STOP_WITHIN = 10.0  # seconds for a listener to finish its current answers


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
            *(
                "--workers",
                "1",
            ),  # what is counted in a process is of the node (work/searches/results/slots.py)
            *("--host", INNER, "--port", str(self.doorway.inner), "--log-level", "warning"),
            *("--http1-header-read-timeout", str(HEADERS_MS), "--http2-max-concurrent-streams", "64"),
            *("--http2-max-headers-size", str(MAX_HEADERS)),
            *("--http1-buffer-size", str(MAX_HEADERS), self.application),
        ]

    def start(self) -> "subprocess.Popen[bytes]":
        doorway = msgspec.json.encode(self.doorway).decode()
        cipher_suites = str(Path(__file__).with_name("openssl.cnf"))
        environment = os.environ | {DOORWAY: doorway, "OPENSSL_CONF": cipher_suites}
        return subprocess.Popen(self.line, env=environment)


@enforces("6.i.ii/tls", "6.i.ii/devices", "SC-8/people", "SC-8/systems")
def listener_processes(
    host: str, inner: Sequence[int], certificate: Path, key: Path, authority: Path
) -> dict[str, ListenerProcess]:
    """A listener for people, and another for devices, which must show a certificate of the agency."""
    own, proxies = (certificate, key), settings.PROXIES
    shown = settings.CERTIFICATE or own
    # Where only this machine's proxy forwards to it, nobody else reaches it.
    local = bool(proxies) and all(ip_network(each).is_loopback for each in proxies)
    people = Doorway(
        INNER if local else host,
        settings.PEOPLE_PORT,
        inner[0],
        str(shown[0]),
        str(shown[1]),
        names=public_hosts() if settings.CERTIFICATE else (),
        limited=not proxies,
    )
    devices = Doorway(
        host, settings.DEVICE_PORT, inner[1], str(own[0]), str(own[1]), authority=str(authority)
    )
    return {
        "people": ListenerProcess("plateward.asgi:application", people),
        "devices": ListenerProcess("plateward.asgi_devices:application", devices),
    }


class CannotServe(PlatewardError):
    """The hub does not start, or has stopped; the sentence says why."""


def prepare() -> None:
    """Migrate the database; loading the settings has already opened the key ring. What was destroyed and is there again
    is destroyed again before anything is answered."""
    up_to_date = is_migrated()
    if not up_to_date:
        call_command("migrate", verbosity=0)
    places()
    require_continuity()
    take_up_undone()
    require_whole()
    if up_to_date:
        upgrade()  # what decides of a record can be other columns without a migration
    destroy_again()
    note_version()


def warnings() -> list[str]:
    """A line for each part of the system that is not green, for whoever starts the hub."""
    return [
        f"{reading.light.upper()}: {part.label}. {reading.what} {reading.remedy}"
        for part, reading in read_all(parts())
        if reading.light is not Light.GREEN
    ]


def serve(host: str, ready: Callable[[], None]) -> None:
    """Run until SIGINT or SIGTERM, or until a listener dies, which ends the hub with CannotServe."""
    require_free(host, settings.PEOPLE_PORT, "PLATEWARD_PORT")
    require_free(host, settings.DEVICE_PORT, "PLATEWARD_DEVICE_PORT")
    if settings.CERTIFICATE:
        require_usable(*settings.CERTIFICATE, public_hosts())
    if settings.HEALTH_PORT:
        require_free(INNER, settings.HEALTH_PORT, "PLATEWARD_HEALTH_PORT")
    prepare()
    inner = [hold_port(), hold_port()]  # until the hub ends, so that no other process gets the ports
    started = listener_processes(
        host,
        [item.getsockname()[1] for item in inner],
        *ensure_certificate(settings.RING, settings.ALLOWED_HOSTS),
    )
    actor = command_line_actor("serve")
    module = cryptographic_module()
    facts: dict[str, Any] = {
        "database": settings.DATABASE_KIND,
        "cryptographic_module": module,
        "version": described(),
    }
    record(actor, Event.SYSTEM_START, "hub", **facts)
    stop = stop_by(signal.SIGINT, signal.SIGTERM)
    running = {name: item.start() for name, item in started.items()}
    background = start(declared("jobs", "JOBS"), stop)
    watched = Watched(settings.HEALTH_PORT) if settings.HEALTH_PORT else None
    try:
        await_listeners(started, running, stop)
        if watched:
            watched.problem = ""
        ready()
        while not stop.wait(0.5):
            _require_alive(running)
            if watched:
                watched.beat()
    finally:
        stop.set()
        if watched:
            watched.close()
        _end(running)
        for thread in background:
            thread.join(STOP_WITHIN)
        record(actor, Event.SYSTEM_STOP, "hub")
        sign_head()


def _require_alive(running: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise CannotServe(
                f"The listener for {name} stopped unexpectedly (exit code {process.returncode}); see above."
            )


def await_listeners(
    started: dict[str, ListenerProcess], running: dict[str, "subprocess.Popen[bytes]"], stop: threading.Event
) -> None:
    for way in (listener.doorway for listener in started.values()):
        while not stop.is_set():
            _require_alive(running)
            with contextlib.suppress(OSError), socket.create_connection((way.host, way.port), timeout=1):
                break
            time.sleep(0.1)


def _end(running: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for process in running.values():
        process.terminate()
    for process in running.values():
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
