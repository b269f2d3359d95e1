"""The hub's processes: a listener for people, a listener for devices, and the background work."""

import contextlib
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command

from plateward.audit.actor import command_line_actor
from plateward.audit.continuity import require_whole
from plateward.audit.events import Event
from plateward.audit.heads import sign_head
from plateward.audit.log import record
from plateward.db.continuity import require_continuity
from plateward.errors import PlatewardError
from plateward.jobs.job import Job
from plateward.serve.address import require_free
from plateward.serve.background import declared, start
from plateward.serve.certificate import ensure_certificate, renew_if_due
from plateward.serve.listeners import hold_port, listener_processes

STOP_WITHIN = 10.0  # seconds for a listener to finish its current answers


class CannotServe(PlatewardError):
    """The hub does not start, or has stopped; the sentence says why."""


def prepare() -> None:
    """Migrate the database; loading the settings has already opened the key ring."""
    call_command("migrate", verbosity=0)
    require_continuity()
    require_whole()


def serve(host: str, ready: Callable[[], None]) -> None:
    """Run until SIGINT or SIGTERM, or until a listener dies, which ends the hub with CannotServe."""
    require_free(host, settings.PEOPLE_PORT, "PLATEWARD_PORT")
    require_free(host, settings.DEVICE_PORT, "PLATEWARD_DEVICE_PORT")
    prepare()
    inner = [hold_port(), hold_port()]  # until the hub ends, so that no other process gets the ports
    started = listener_processes(
        host,
        [item.getsockname()[1] for item in inner],
        *ensure_certificate(settings.RING, settings.ALLOWED_HOSTS),
    )
    actor = command_line_actor("serve")
    record(actor, Event.SYSTEM_START, "hub", database=settings.DATABASE_KIND)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    running = {name: item.start() for name, item in started.items()}
    background = start([*declared(), Job("Renewal of the certificate", renew_if_due, every=3600.0)], stop)
    try:
        _await_listeners(host, running, stop)
        ready()
        while not stop.wait(0.5):
            _require_alive(running)
    finally:
        stop.set()
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


def _await_listeners(host: str, running: dict[str, "subprocess.Popen[bytes]"], stop: threading.Event) -> None:
    for port in (settings.PEOPLE_PORT, settings.DEVICE_PORT):
        while not stop.is_set():
            _require_alive(running)
            with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
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
