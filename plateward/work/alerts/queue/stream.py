"""The live queue: server-sent events from the outbox. A stream holds no database connection."""

import asyncio
import time
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.fields import parse_number
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission
from plateward.people.sign_in.open_sessions import OpenSession, session_of
from plateward.work.alerts.queue import live_queue
from plateward.work.alerts.queue.live_queue import (
    Listener,
    StreamEvent,
    banners_event,
    format_event,
    sees_banners,
    waiting,
)
from plateward.work.alerts.queue.shown import last_change
from plateward.work.alerts.routing.presence import recipient_of
from plateward.work.alerts.routing.rules import Recipient

PING_EVERY = 5.0  # seconds of silence
LOGGED_FOR = 600.0  # seconds: a browser opens its line anew with each page, and an entry is for all of these
_logged: dict[str, float] = {}  # when this process logged that a session listens, by its token


def _ping() -> str:
    return format_event("ping", {"at": clock.now().isoformat()})


@enforces("5.b/browser", "6.b.i.9/first")
async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Events `ringing`, first, then `alert`, `stage`, `gone`, `banners` and `ping`; an alert's `alarm` says whether and
    how it rings for this person; `Last-Event-ID` (or `?after=`) continues without a gap. `gone` lists by key the
    `lists` whose audience this person left and the `alerts` no longer shared with them; `banners` says to reviewers
    that what waits there changed. `refused` is the last event: this person may no longer see alerts, and `missing` says
    why."""
    return await _listen(request, Permission.ALERT_VIEW)


async def banners(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same for who reviews and sees no alerts, as the Chief: `banners` and `ping`."""
    return await _listen(request, Permission.OVERRIDE_REVIEW)


async def _listen(request: HttpRequest, needs: Permission) -> StreamingHttpResponse:
    after = parse_number(request.headers.get("Last-Event-ID") or request.GET.get("after", ""))
    listener = await sync_to_async(_open_listener)(request, needs, after, asyncio.get_running_loop())
    return StreamingHttpResponse(
        _events(listener, after),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(listener: Listener, after: int | None) -> AsyncIterator[str]:
    try:
        begun, missed = await sync_to_async(_begin)(listener, after)
        yield _ping()
        for event in [*begun, *missed]:
            if listener.farewell is None and listener.receives(event):
                yield event.to(listener.recipient)
        last = missed[-1].number if missed else 0
        while listener.farewell is None:
            try:
                event = await asyncio.wait_for(listener.queue.get(), PING_EVERY)
            except TimeoutError:
                yield _ping()
                continue
            new = not event.number or event.number > last
            if new and listener.farewell is None and listener.receives(event):
                yield event.to(listener.recipient)
        if listener.farewell:
            yield listener.farewell
    finally:
        live_queue.live_queue.leave(listener)


def _open_listener(
    request: HttpRequest, needs: Permission, after: int | None, loop: asyncio.AbstractEventLoop
) -> Listener:
    actor, session, person = actor_of(request), session_of(request), person_of(request)
    if needs is Permission.ALERT_VIEW:
        _record_listening(actor, session, after)
        recipient = recipient_of(person.pk)
    else:
        recipient = Recipient(person.pk, role=person.role)
    return Listener(asyncio.Queue(maxsize=1000), loop, session, actor, recipient, needs)


@enforces("6.b.i.9/entries", "6.b.i.9/first")
def _record_listening(actor: PersonActor, session: OpenSession, after: int | None) -> None:
    """Before anything is sent; not again for a session that the log has lately."""
    now = time.monotonic()
    for token in [token for token, at in list(_logged.items()) if now - at > LOGGED_FOR]:
        _logged.pop(token, None)
    if session.token not in _logged:
        record(actor, Event.ALERT_VIEW, "alerts as they come", after=after)
        _logged[session.token] = now


def _begin(listener: Listener, after: int | None) -> tuple[list[StreamEvent], list[StreamEvent]]:
    """What rings, and for reviewers whether anything waits; and what came after that number. In the request's own
    thread, whose connection would stay open as long as the browser listens."""
    try:
        live_queue.live_queue.listen(listener)
        last = last_change() if after is None else 0
        missed = live_queue.changes_after(after, listener.recipient) if after is not None else []
        begun = [live_queue.ringing_event(listener.recipient, last)]
        if sees_banners(listener.recipient):
            begun.append(banners_event(waiting()))
        return begun, missed
    finally:
        close_old_connections()
