"""The live queue: server-sent events from the outbox. A stream itself holds no connection to the database."""

import asyncio
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from plateward import clock
from plateward.alerts.queue import feed
from plateward.alerts.queue.feed import Listener, Told, event
from plateward.alerts.routing.presence import ear_of
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.entry.watch import session_of
from plateward.people.http import who_is
from plateward.policy.trace import enforces

PING_EVERY = 5.0  # seconds of silence


def _ping() -> str:
    return event("ping", {"at": clock.now().isoformat()})


@enforces("5.b", "6.b.i.9")
async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Events `alert`, `stage`, `gone` and `ping`; of an alert, `alarm` says whether it rings for this person, and how;
    `Last-Event-ID` (or `?after=`) continues without a gap. `gone`
    names the `lists`, by key, whose audience this person is in no more, and the `alerts` that nobody shares with them
    any more. The event `refused` is the last one: this
    person may see no alerts any more, and `missing` says why."""
    given = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 19 else None
    listener = await sync_to_async(_opened)(request, after, asyncio.get_running_loop())
    return StreamingHttpResponse(
        _events(listener, after),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(listener: Listener, after: int | None) -> AsyncIterator[str]:
    try:
        missed = await sync_to_async(_begin)(listener, after)
        yield _ping()
        for told in missed:
            if listener.farewell is None and listener.hears(told):
                yield told.to(listener.ear)
        last = missed[-1].number if missed else 0
        while listener.farewell is None:
            try:
                told = await asyncio.wait_for(listener.queue.get(), PING_EVERY)
            except TimeoutError:
                yield _ping()
                continue
            new = not told.number or told.number > last
            if new and listener.farewell is None and listener.hears(told):
                yield told.to(listener.ear)
        if listener.farewell:
            yield listener.farewell
    finally:
        feed.feed.leave(listener)


def _opened(request: HttpRequest, after: int | None, loop: asyncio.AbstractEventLoop) -> Listener:
    who = who_is(request)
    record(who, Event.ALERT_VIEW, "alerts as they come", after=after)
    session = session_of(request)
    return Listener(asyncio.Queue(maxsize=1000), loop, session, who, ear_of(session.person))


def _begin(listener: Listener, after: int | None) -> list[Told]:
    """In the request's own thread, whose connection would stay open as long as the browser listens."""
    try:
        feed.feed.listen(listener)
        return [] if after is None else feed.changes_after(after, listener.ear)
    finally:
        close_old_connections()
