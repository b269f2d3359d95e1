"""One thread a process looks at the database for all its streams: for what is new, and for who may see it no more."""

import asyncio
import contextlib
import json
import logging
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.timezone import localtime

from plateward import clock
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert, Change
from plateward.alerts.queue.summary import AT_ONCE, call, shown, summary
from plateward.alerts.routing.presence import ears
from plateward.alerts.routing.rules import Call, Ear, alarm
from plateward.audit.events import Event
from plateward.audit.log import LogUnavailable, record
from plateward.audit.who import Who
from plateward.people.entry import watch
from plateward.people.permissions import Permission
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

LOOK_EVERY = 0.05  # seconds, for changes
CHECK_EVERY = 0.5  # seconds, for people whose access has ended: a stream is closed within one second


@dataclass(frozen=True)
class Told:
    """An event of the stream: its name and data, the number of the change it tells of, its alert and that one's list
    (0: of none), and what decides for whom that alert rings."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    hotlist: int = 0
    alert: int = 0
    call: Call | None = None

    @enforces("5.b")
    def to(self, ear: Ear) -> str:
        """As one person is told: `alarm` says whether it rings for them."""
        if self.call is None:
            return event(self.kind, self.data, self.number)
        rings = alarm(ear, self.call, localtime(clock.now()).time())
        return event(self.kind, {**self.data, "alarm": rings}, self.number)


@dataclass(eq=False)
class Listener:
    """One browser. What it is told goes into `queue`, in its own loop, until there is a `farewell`. `ear` says of
    which lists the person is in the audience: nothing of another is told."""

    queue: asyncio.Queue[Told]
    loop: asyncio.AbstractEventLoop
    session: watch.Session
    who: Who
    ear: Ear
    farewell: str | None = None  # the last event, or nothing: the stream ends with it

    @enforces("6.c.ii")
    def hears(self, told: Told) -> bool:
        """Whether this person is in the audience of what is told, or a colleague shares it with them."""
        return not told.hotlist or told.hotlist in self.ear.lists or told.alert in self.ear.shared

    def tell(self, told: Told) -> None:
        """From the looking thread."""
        self.loop.call_soon_threadsafe(self.put, told)

    def dismiss(self, farewell: str = "") -> None:
        """From the looking thread: the last word."""
        self.loop.call_soon_threadsafe(self.end, farewell)

    def put(self, told: Told) -> None:
        """A browser that cannot keep up is sent away; it reconnects, and continues from its last event."""
        try:
            self.queue.put_nowait(told)
        except asyncio.QueueFull:
            self.end("")

    def end(self, farewell: str) -> None:
        """Nothing that waits is told any more."""
        self.farewell = farewell
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(Told("wake"))  # the stream, which tells the farewell


class Feed:
    """Looks for changes and hands each to every listener; sends away whose access has ended."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._running = False

    def listen(self, listener: Listener) -> None:
        """From now on every change of its lists goes to this browser; starts the looking thread if need be.

        On return the looking has begun: a change is in the database already, or will come into the queue.
        """
        last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with self._lock:
            if not self._running:
                threading.Thread(target=self._look, args=[last], name="alert-feed", daemon=True).start()
                self._running = True
            self._listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        """This browser has gone."""
        with self._lock:
            self._listeners.discard(listener)

    def _look(self, last: int) -> None:
        checked = time.monotonic()
        while self._wanted():
            try:
                for told in changes_after(last):
                    last = told.number
                    self._tell(told)
                if time.monotonic() - checked >= CHECK_EVERY:
                    checked = time.monotonic()
                    self._check()
                    self._narrow()
            except Exception:
                # Nobody may see on unchecked, or believe to be alerted: each reconnects, which asks the database.
                log.exception(
                    "The live queue cannot look for changes; its streams are closed, to begin anew."
                )
                connection.close()
                self._send_away()
            time.sleep(LOOK_EVERY)
        connection.close()

    def _wanted(self) -> bool:
        with self._lock:
            self._running = bool(self._listeners)
            return self._running

    def _all(self) -> list[Listener]:
        with self._lock:
            return list(self._listeners)

    def _tell(self, told: Told) -> None:
        for listener in self._all():
            if listener.hears(told):
                listener.tell(told)

    def _send_away(self) -> None:
        for listener in self._all():
            listener.dismiss()
            self.leave(listener)

    @enforces("6.a.i.2", "6.d.ii", "6.g.i", "AC-2", "AC-12")
    def _check(self) -> None:
        """Close the streams of those who may see no alerts any more: first all of them, then on the record."""
        listeners = self._all()
        refused = watch.refusals({one.session for one in listeners}, Permission.ALERT_VIEW)
        ended = [one for one in listeners if one.session in refused]
        for listener in ended:
            listener.dismiss(_farewell(refused[listener.session]))
            self.leave(listener)
        for listener in ended:
            if not refused[listener.session]:
                continue
            first = refused[listener.session][0]
            with contextlib.suppress(LogUnavailable):  # which the log of the process tells of
                record(
                    listener.who,
                    Event.ROUTE_REFUSE,
                    "alerts as they come",
                    outcome="refused",
                    clause=first.clause,
                    reason=first.reason,
                )

    @enforces("6.c.ii")
    def _narrow(self) -> None:
        """A list's audience has changed, or a person's unit, role or quiet hours: alerts that are theirs no more leave
        the page, and open ones that are theirs now come to it, without ringing."""
        listeners = self._all()
        now = ears({one.session.person for one in listeners})
        for listener in listeners:
            before, ear = listener.ear, now.get(listener.session.person, Ear())
            listener.ear = ear
            lists, alerts = before.lists - ear.lists, before.shared - ear.shared
            if lists or alerts:
                listener.tell(Told("gone", {"lists": sorted(lists), "alerts": sorted(alerts)}))
            for told in standing(ear.lists - before.lists, ear.shared - before.shared):
                listener.tell(told)


feed = Feed()


def _farewell(missing: Collection[Refusal]) -> str:
    if not missing:
        return event("again", {})  # the page opens the stream anew, and shows its session's key
    told = [{"reason": one.reason, "help": one.help, "clause": one.clause} for one in missing]
    return event("refused", {"missing": told})


def changes_after(number: int, ear: Ear | None = None) -> list[Told]:
    """What changed since, each alert once, by the number of its last change; of what this person may see alone, where
    one is given."""
    rows = Change.objects.filter(pk__gt=number).order_by("pk")
    if ear is not None:
        rows = rows.filter(Q(alert__entry__hotlist__in=ear.lists) | Q(alert__in=ear.shared))
    last: dict[int, tuple[int, bool]] = {}
    for pk, alert, new in rows.values_list("pk", "alert", "new"):
        last[alert] = (pk, new or last.get(alert, (0, False))[1])
    alerts = shown(Alert.objects.all()).in_bulk(last.keys())
    ordered = sorted((pk, "alert" if new else "stage", alerts[alert]) for alert, (pk, new) in last.items())
    return [_told(alert, kind, pk) for pk, kind, alert in ordered]


def standing(lists: frozenset[int], alerts: frozenset[int] = frozenset()) -> list[Told]:
    """The latest open alerts, of these lists or these themselves, as many as stand on a page, oldest first, as changes
    without a number."""
    if not lists and not alerts:
        return []
    rows = Alert.objects.filter(Q(entry__hotlist__in=lists) | Q(pk__in=alerts)).exclude(stage=Stage.CLOSED)
    return [_told(row, "stage") for row in reversed(shown(rows)[:AT_ONCE])]


def _told(alert: Alert, kind: str, number: int = 0) -> Told:
    return Told(kind, summary(alert), number, alert.entry.hotlist_id, alert.pk, call(alert))


def event(kind: str, data: Mapping[str, Any], number: int = 0) -> str:
    """A server-sent event."""
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n"
