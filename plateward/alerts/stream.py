"""The live queue: server-sent events from the outbox. One thread a process looks at the database, however
many browsers listen."""

import asyncio
import json
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from plateward import clock
from plateward.alerts.models import Change
from plateward.alerts.summary import summary
from plateward.people import signin
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

LOOK_EVERY = 0.1  # seconds
# PostgreSQL gives numbers before commit: a smaller number can appear after a larger one, within this many.
LATE = 200
PING_EVERY = 5.0  # seconds; also how often a stream checks that its session still lives


class Feed:
    """Looks for changes and hands each to every listener."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[tuple[int, str]], asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()
        self._running = False

    def listen(self) -> asyncio.Queue[tuple[int, str]]:
        """A queue of (number, event text) for one browser; starts the looking thread if need be."""
        queue: asyncio.Queue[tuple[int, str]] = asyncio.Queue(maxsize=1000)
        with self._lock:
            self._listeners[queue] = asyncio.get_running_loop()
            if not self._running:
                self._running = True
                threading.Thread(target=self._look, name="alert-feed", daemon=True).start()
        return queue

    def leave(self, queue: asyncio.Queue[tuple[int, str]]) -> None:
        """This browser has gone."""
        with self._lock:
            self._listeners.pop(queue, None)

    def _look(self) -> None:
        last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        seen: deque[int] = deque(range(max(1, last - LATE), last + 1), maxlen=LATE * 2)
        while True:
            with self._lock:
                if not self._listeners:
                    self._running = False
                    break
            try:
                fresh = [c for c in changes_after(last - LATE) if c[0] not in seen]
            except DatabaseError:
                log.exception("The live queue cannot look at the database; it tries again.")
                connection.close()
                time.sleep(1)
                continue
            for number, text in fresh:
                seen.append(number)
                last = max(last, number)
                self._tell(number, text)
            time.sleep(LOOK_EVERY)
        connection.close()

    def _tell(self, number: int, text: str) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for queue, loop in listeners:
            loop.call_soon_threadsafe(_put, queue, (number, text))


def _put(queue: asyncio.Queue[tuple[int, str]], item: tuple[int, str]) -> None:
    # A browser that cannot keep up is dropped; it reconnects and continues from its last event.
    try:
        queue.put_nowait(item)
    except asyncio.QueueFull:
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait((-1, ""))


feed = Feed()


def changes_after(number: int) -> list[tuple[int, str]]:
    """The changes with a larger number, oldest first, as event texts."""
    rows = Change.objects.filter(pk__gt=number).order_by("pk")
    related = rows.select_related("alert__entry__hotlist", "alert__reader")
    return [(row.pk, _event("alert" if row.new else "stage", summary(row.alert), row.pk)) for row in related]


def _event(kind: str, data: dict[str, Any], number: int | None = None) -> str:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n"


@enforces("5.b")
async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Events `alert`, `stage` and `ping`; `Last-Event-ID` (or `?after=`) continues without a gap."""
    given = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    after = int(given) if given.isdigit() else None
    events = _events(request, after)
    return StreamingHttpResponse(
        events,
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(request: HttpRequest, after: int | None) -> AsyncIterator[str]:
    queue = feed.listen()
    told: set[int] = set()
    try:
        yield _event("ping", {"at": clock.now().isoformat()})
        if after is not None:
            for number, text in await sync_to_async(changes_after)(after):
                told.add(number)
                yield text
        checked = time.monotonic()
        while True:
            try:
                number, text = await asyncio.wait_for(queue.get(), timeout=PING_EVERY)
                if number == -1:
                    return
                if number not in told:
                    yield text
            except TimeoutError:
                yield _event("ping", {"at": clock.now().isoformat()})
            if time.monotonic() - checked >= PING_EVERY:
                checked = time.monotonic()
                if isinstance(await sync_to_async(signin.stands)(request), Refusal):
                    return
    finally:
        feed.leave(queue)
