"""The hub as processes: a listener for people, a listener for devices, and the background work beside them."""

import contextlib
import logging
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from plateward.audit.continuity import LogSetBack, require_whole
from plateward.audit.events import Event
from plateward.audit.heads import sign_head
from plateward.audit.log import record
from plateward.audit.reading import LogDamaged
from plateward.audit.who import operator
from plateward.db.continuity import require_continuity
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces
from plateward.serve.address import require_free
from plateward.serve.alerts import (
    escalate,
    escalate_overrides,
    hear_agencies,
    judge_outcomes,
    look_back,
    recall_lapsed,
    remind_of_dems,
)
from plateward.serve.certificate import ensure, renew_certificate
from plateward.serve.daily import look_after_people
from plateward.serve.dispatch import look_after_calls
from plateward.serve.listeners import hold_port, listeners
from plateward.serve.lists import look_after_lists
from plateward.serve.requests import look_after_requests

log = logging.getLogger(__name__)

HEAD_EVERY = 10.0  # seconds between signed heads of the audit log
STOP_WITHIN = 10.0  # seconds for a listener to end what it is answering


class CannotServe(PlatewardError):
    """The hub does not start, or has stopped; the sentence says why."""


def prepare() -> None:
    """Bring the database up to date; the key ring was opened with the settings, or nothing starts."""
    call_command("migrate", verbosity=0)
    require_continuity()
    require_whole()


def serve(host: str, ready: Callable[[], None]) -> None:
    """Run until SIGINT or SIGTERM, or until a listener dies, which ends the hub with CannotServe."""
    require_free(host, settings.PEOPLE_PORT, "PLATEWARD_PORT")
    require_free(host, settings.DEVICE_PORT, "PLATEWARD_DEVICE_PORT")
    prepare()
    inner = [hold_port(), hold_port()]  # to the hub's end, so that nobody else gets one
    started = listeners(
        host, [one.getsockname()[1] for one in inner], *ensure(settings.RING, settings.ALLOWED_HOSTS)
    )
    me = operator("serve")
    record(me, Event.SYSTEM_START, "hub", database=settings.DATABASE_KIND)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    running = {name: one.start() for name, one in started.items()}
    background = [
        threading.Thread(target=work, args=[stop], name=work.__name__, daemon=True)
        for work in (
            sign_heads,
            renew_certificate,
            look_after_people,
            recall_lapsed,
            escalate,
            look_back,
            judge_outcomes,
            escalate_overrides,
            remind_of_dems,
            hear_agencies,
            look_after_lists,
            look_after_requests,
            look_after_calls,
        )
    ]
    for thread in background:
        thread.start()
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
        record(me, Event.SYSTEM_STOP, "hub")
        sign_head()


def _require_alive(running: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise CannotServe(
                f"The listener for {name} ended by itself (exit code {process.returncode}); see above."
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


@enforces("6.b.i.9", "AU-5", "AU-9")
def sign_heads(stop: threading.Event) -> None:
    """Sign the audit log's head again and again, so that nobody can rewrite what came before. A database that was put
    back under the running hub stops it."""
    while not stop.is_set():
        try:
            sign_head()
        except (LogSetBack, LogDamaged) as error:
            log.critical("The hub stops (AU-9). %s", error)
            stop.set()
        except Exception:
            log.critical(
                "The head of the audit log was not signed (AU-5); it is tried again in %.0f s. "
                "Tell the ALPR administrator if this comes again.",
                HEAD_EVERY,
                exc_info=True,
            )
        finally:
            connections.close_all()
        stop.wait(HEAD_EVERY)
