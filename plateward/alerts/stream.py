"""The live queue: server-sent events from the outbox. One thread a process looks at the database, however
many browsers listen; a stream itself holds no connection."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from plateward import clock
from plateward.alerts.models import Change
from plateward.alerts.summary import summary
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people import signin
from plateward.people.middleware import who_is
from plateward.policy.decision import Allow
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

LOOK_EVERY = 0.1  # seconds
PING_EVERY = 5.0  # seconds; also how often a stream checks that its session still lives

Told = tuple[int, str]  # a change's number, and its event text
LOST: Told = (-1, "")


class Feed:
    """Looks for changes and hands each to every listener."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[Told], asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()
        self._running = False

    def listen(self, queue: asyncio.Queue[Told], loop: asyncio.AbstractEventLoop) -> None:
        """From now on every change goes into the queue of one browser; starts the looking thread if need be.

        On return the looking has begun: a change is in the database already, or will come into the queue.
        """
        last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with self._lock:
            if not self._running:
                threading.Thread(target=self._look, args=[last], name="alert-feed", daemon=True).start()
                self._running = True
            self._listeners[queue] = loop

    def leave(self, queue: asyncio.Queue[Told]) -> None:
        """This browser has gone."""
        with self._lock:
            self._listeners.pop(queue, None)

    def _look(self, last: int) -> None:
        while self._wanted():
            try:
                fresh = changes_after(last)
            except Exception:  # whatever it is: without this thread nobody is alerted
                log.exception("The live queue cannot look for changes; it tries again.")
                connection.close()
                time.sleep(1)
                continue
            for told in fresh:
                last = told[0]
                self._tell(told)
            time.sleep(LOOK_EVERY)
        connection.close()

    def _wanted(self) -> bool:
        with self._lock:
            self._running = bool(self._listeners)
            return self._running

    def _tell(self, told: Told) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for queue, loop in listeners:
            loop.call_soon_threadsafe(_put, queue, told)


def _put(queue: asyncio.Queue[Told], told: Told) -> None:
    # A browser that cannot keep up is dropped; it reconnects and continues from its last event.
    try:
        queue.put_nowait(told)
    except asyncio.QueueFull:
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(LOST)


feed = Feed()


def changes_after(number: int) -> list[Told]:
    """The changes with a larger number, oldest first, as event texts."""
    rows = Change.objects.filter(pk__gt=number).order_by("pk")
    related = rows.select_related("alert__entry__hotlist", "alert__reader")
    return [(row.pk, _event("alert" if row.new else "stage", summary(row.alert), row.pk)) for row in related]


def _event(kind: str, data: dict[str, Any], number: int | None = None) -> str:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n"


def _ping() -> str:
    return _event("ping", {"at": clock.now().isoformat()})


@enforces("5.b", "6.b.i.9")
async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Events `alert`, `stage` and `ping`; `Last-Event-ID` (or `?after=`) continues without a gap."""
    given = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 19 else None
    await sync_to_async(_opened)(request, after)
    events = _events(request, after)
    return StreamingHttpResponse(
        events,
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@enforces("6.a.i.2", "AC-12")
async def _events(request: HttpRequest, after: int | None) -> AsyncIterator[str]:
    queue: asyncio.Queue[Told] = asyncio.Queue(maxsize=1000)
    try:
        missed = await sync_to_async(_begin)(queue, asyncio.get_running_loop(), after)
        yield _ping()
        for _, text in missed:
            yield text
        last = missed[-1][0] if missed else 0
        checked = time.monotonic()
        while True:
            try:
                number, text = await asyncio.wait_for(queue.get(), checked + PING_EVERY - time.monotonic())
            except TimeoutError:
                checked = time.monotonic()
                if not await sync_to_async(_stands)(request):
                    return
                yield _ping()
                continue
            if (number, text) == LOST:
                return
            if number > last:
                yield text
    finally:
        feed.leave(queue)


def _opened(request: HttpRequest, after: int | None) -> None:
    record(who_is(request), Event.ALERT_VIEW, "alerts as they come", after=after)


# What follows runs in the request's own thread, whose connection would stay open as long as the browser listens.


def _begin(queue: asyncio.Queue[Told], loop: asyncio.AbstractEventLoop, after: int | None) -> list[Told]:
    try:
        feed.listen(queue, loop)
        return [] if after is None else changes_after(after)
    finally:
        close_old_connections()


def _stands(request: HttpRequest) -> bool:
    try:
        return isinstance(signin.stands(request), Allow)
    finally:
        close_old_connections()
