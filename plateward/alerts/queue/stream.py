"""The live queue: server-sent events from the outbox. A stream holds no database connection."""

import asyncio
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from plateward import clock
from plateward.alerts.queue import live_queue
from plateward.alerts.queue.live_queue import Listener, StreamEvent, format_event
from plateward.alerts.routing.presence import recipient_of
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.fields import parse_number
from plateward.people.http import actor_of
from plateward.people.sign_in.open_sessions import session_of
from plateward.policy.trace import enforces

PING_EVERY = 5.0  # seconds of silence


def _ping() -> str:
    return format_event("ping", {"at": clock.now().isoformat()})


@enforces("5.b", "6.b.i.9")
async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Events `alert`, `stage`, `gone` and `ping`; an alert's `alarm` says whether and how it rings for this
    person; `Last-Event-ID` (or `?after=`) continues without a gap. `gone` lists by key the `lists` whose
    audience this person left and the `alerts` no longer shared with them. `refused` is the last event: this
    person may no longer see alerts, and `missing` says why."""
    after = parse_number(request.headers.get("Last-Event-ID") or request.GET.get("after", ""))
    listener = await sync_to_async(_open_listener)(request, after, asyncio.get_running_loop())
    return StreamingHttpResponse(
        _events(listener, after),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(listener: Listener, after: int | None) -> AsyncIterator[str]:
    try:
        missed = await sync_to_async(_begin)(listener, after)
        yield _ping()
        for event in missed:
            if listener.farewell is None and listener.hears(event):
                yield event.to(listener.recipient)
        last = missed[-1].number if missed else 0
        while listener.farewell is None:
            try:
                event = await asyncio.wait_for(listener.queue.get(), PING_EVERY)
            except TimeoutError:
                yield _ping()
                continue
            new = not event.number or event.number > last
            if new and listener.farewell is None and listener.hears(event):
                yield event.to(listener.recipient)
        if listener.farewell:
            yield listener.farewell
    finally:
        live_queue.live_queue.leave(listener)


def _open_listener(request: HttpRequest, after: int | None, loop: asyncio.AbstractEventLoop) -> Listener:
    actor = actor_of(request)
    record(actor, Event.ALERT_VIEW, "alerts as they come", after=after)
    session = session_of(request)
    return Listener(asyncio.Queue(maxsize=1000), loop, session, actor, recipient_of(session.person))


def _begin(listener: Listener, after: int | None) -> list[StreamEvent]:
    """In the request's own thread, whose connection would stay open as long as the browser listens."""
    try:
        live_queue.live_queue.listen(listener)
        return [] if after is None else live_queue.changes_after(after, listener.recipient)
    finally:
        close_old_connections()
