"""One thread per process polls the database for all its streams: what is new, who lost access, and whether what waits
in the banners of supervisors changed: each page asks for its own person, which is logged."""

import asyncio
import contextlib
import json
import logging
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import LogUnavailable, record
from plateward.field.hotlists.requests.routing import emergency_marks
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.chain_of_command.absences import absences_now
from plateward.people.permissions import Permission
from plateward.people.sign_in import open_sessions
from plateward.people.signed import roles_with
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert, Change
from plateward.work.alerts.overrides.actions import open_marks
from plateward.work.alerts.queue.shown import fill, fragments, last_change, personal, ringing_alerts
from plateward.work.alerts.queue.summary import PAGE_SIZE, load_for_summaries, ring_facts, summaries
from plateward.work.alerts.routing.presence import recipients
from plateward.work.alerts.routing.rules import Recipient, RingFacts, is_for

log = logging.getLogger(__name__)

POLL_EVERY = 0.05  # seconds between polls for changes
CHECK_EVERY = 0.5  # seconds between access checks: a stream closes within one second of access ending


@dataclass(frozen=True)
class StreamEvent:
    """An event of the stream: its name and data, the change's number, its alert and that alert's list (0:
    none), what decides for whom the alert rings, and its HTML by part, for everybody."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    hotlist: int = 0
    alert: int = 0
    call: RingFacts | None = None
    html: Mapping[str, str] = field(default_factory=dict)

    def to(self, recipient: Recipient) -> str:
        """The event as sent to one person."""
        return format_event(self.kind, self.seen_by(recipient), self.number)

    @enforces("5.b/browser", "5.b/reaches", "6.c.ii/lists")
    def seen_by(self, recipient: Recipient) -> dict[str, Any]:
        """Its data for one person: `alarm` says whether it rings for them, `order` its place in their queue; `row`,
        `card` and `recall_card` are HTML. Of a recall only those learn by a card for whom it rang."""
        if self.call is None:
            return {**self.data}
        own = personal(self.data, self.call, recipient)
        html = {part: fill(text, own) for part, text in self.html.items()}
        if not is_for(recipient, self.call.targets):
            html.pop("recall_card", None)
        return {**self.data, **own, **html}


@dataclass(eq=False)
class Listener:
    """One browser. Its events go into `queue`, in its own loop, until there is a `farewell`. It ends without the
    permission that it `needs`; who needs another than that to see alerts is a `recipient` of none."""

    queue: asyncio.Queue[StreamEvent]
    loop: asyncio.AbstractEventLoop
    session: open_sessions.OpenSession
    actor: Actor
    recipient: Recipient
    needs: Permission = Permission.ALERT_VIEW
    farewell: str | None = None  # the last event, or nothing: the stream ends with it

    @enforces("6.c.ii/lists")
    def receives(self, event: StreamEvent) -> bool:
        """Whether this person is in the event's audience, or a colleague shares the alert with them."""
        if event.kind == "banners":
            return sees_banners(self.recipient)
        return (
            not event.hotlist or event.hotlist in self.recipient.lists or event.alert in self.recipient.shared
        )

    def tell(self, event: StreamEvent) -> None:
        """Called from the polling thread."""
        self.loop.call_soon_threadsafe(self.put, event)

    def dismiss(self, farewell: str = "") -> None:
        """Called from the polling thread: the last event."""
        self.loop.call_soon_threadsafe(self.end, farewell)

    def put(self, event: StreamEvent) -> None:
        """Disconnect a browser that cannot keep up; it reconnects and continues from its last event."""
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.end("")

    def end(self, farewell: str) -> None:
        """Drop everything still waiting."""
        self.farewell = farewell
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(StreamEvent("wake"))  # wakes the stream, which sends the farewell


class LiveQueue:
    """Polls for changes, hands each to every listener, and disconnects people whose access ended."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._running = False

    def listen(self, listener: Listener) -> None:
        """Send this browser every change of its lists from now on; start the polling thread if needed.

        Polling runs when this returns: each change is already in the database or will reach the queue.
        """
        last = last_change()
        with self._lock:
            if not self._running:
                threading.Thread(target=self._poll, args=[last], name="alert-feed", daemon=True).start()
                self._running = True
            self._listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        """This browser has disconnected."""
        with self._lock:
            self._listeners.discard(listener)

    def _poll(self, last: int) -> None:
        checked, waited = time.monotonic(), None
        while self._wanted():
            try:
                for event in changes_after(last):
                    last = event.number
                    self._tell(event)
                if time.monotonic() - checked >= CHECK_EVERY:
                    checked = time.monotonic()
                    self._check()
                    self._narrow()
                    if waited != (waits := waiting()):
                        waited = waits
                        self._tell(banners_event(waits))
            except Exception:
                # Nobody may watch unchecked or believe that they get alerts: reconnecting asks the database.
                log.exception(
                    "The live queue cannot check for changes; its streams are closed and will restart."
                )
                connection.close()
                self._send_away()
            time.sleep(POLL_EVERY)
        connection.close()

    def _wanted(self) -> bool:
        with self._lock:
            self._running = bool(self._listeners)
            return self._running

    def _all(self) -> list[Listener]:
        with self._lock:
            return list(self._listeners)

    def _tell(self, event: StreamEvent) -> None:
        for listener in self._all():
            if listener.receives(event):
                listener.tell(event)

    def _send_away(self) -> None:
        for listener in self._all():
            listener.dismiss()
            self.leave(listener)

    @enforces("6.a.i.2/own", "6.a.i.2/unauthorized", "6.d.ii/yearly", "AC-2/disabled", "AC-12/ends")
    def _check(self) -> None:
        """Close the streams of people who may no longer have them: first close them all, then log it."""
        listeners, refused = self._all(), dict[open_sessions.OpenSession, tuple[Refusal, ...]]()
        for needs in {listener.needs for listener in listeners}:
            open_now = {listener.session for listener in listeners if listener.needs == needs}
            refused |= open_sessions.refusals_of_sessions(open_now, needs)
        ended = [listener for listener in listeners if listener.session in refused]
        for listener in ended:
            listener.dismiss(_farewell(refused[listener.session]))
            self.leave(listener)
        for listener in ended:
            if not refused[listener.session]:
                continue
            refusal = refused[listener.session][0]
            with contextlib.suppress(LogUnavailable):  # the process log reports it
                record(
                    listener.actor,
                    Event.ROUTE_REFUSE,
                    "alerts as they come",
                    outcome="refused",
                    clause=refusal.clause,
                    reason=refusal.reason,
                )

    @enforces("6.c.ii/lists")
    def _narrow(self) -> None:
        """A list's audience, or a person's unit, role or quiet hours changed: alerts no longer theirs leave
        the page, and open ones that now are theirs appear without ringing."""
        listeners = [listener for listener in self._all() if listener.needs == Permission.ALERT_VIEW]
        now = recipients({listener.session.person for listener in listeners})
        for listener in listeners:
            before, recipient = listener.recipient, now.get(listener.session.person, Recipient())
            listener.recipient = recipient
            lists, alerts = before.lists - recipient.lists, before.shared - recipient.shared
            if lists or alerts:
                listener.tell(StreamEvent("gone", {"lists": sorted(lists), "alerts": sorted(alerts)}))
            for event in open_alert_events(recipient.lists - before.lists, recipient.shared - before.shared):
                listener.tell(event)


live_queue = LiveQueue()


def _farewell(missing: Collection[Refusal]) -> str:
    if not missing:
        return format_event("again", {})  # the page reopens the stream with its session's key
    reasons = [
        {"reason": refusal.reason, "help": refusal.help, "clause": refusal.clause} for refusal in missing
    ]
    return format_event("refused", {"missing": reasons})


def changes_after(number: int, recipient: Recipient | None = None) -> list[StreamEvent]:
    """Later changes, one per alert by the number of its last change; with a recipient, only what they may
    see. `altered`: the alert cannot be read, or is gone."""
    rows = Change.objects.filter(pk__gt=number).order_by("pk")
    if recipient is not None:
        rows = rows.filter(Q(alert__entry__hotlist__in=recipient.lists) | Q(alert__in=recipient.shared))
    latest: dict[int, tuple[int, bool]] = {}
    for pk, alert, new in rows.values_list("pk", "alert", "new"):
        latest[alert] = (pk, new or latest.get(alert, (0, False))[1])
    alerts = load_for_summaries(latest)
    told = [
        (alerts[alert], "alert" if new else "stage", pk)
        for alert, (pk, new) in latest.items()
        if alert in alerts
    ]
    events = {event.alert: event for event in _stream_events(told)}
    every = (events.get(alert) or StreamEvent("altered", number=pk) for alert, (pk, _) in latest.items())
    return sorted(every, key=lambda event: event.number)


@enforces("5.b/browser", "6.c.ii/lists")
def ringing_event(recipient: Recipient, number: int = 0) -> StreamEvent:
    """What rings for this person now, the most urgent first: what a page begins with."""
    alerts = load_for_summaries(ringing_alerts(recipient))
    events = _stream_events([(alert, "alert", 0) for alert in alerts.values()])
    rows = (event.seen_by(recipient) for event in events)
    ringing = sorted((row for row in rows if row["alarm"]), key=lambda row: str(row["order"]))
    return StreamEvent("ringing", {"alerts": ringing}, number)


def banners_event(waits: Collection[Any]) -> StreamEvent:
    """Something else waits in the banners of supervisors; `any`: whether anything does, for anybody."""
    return StreamEvent("banners", {"any": bool(waits)})


def open_alert_events(lists: frozenset[int], alerts: frozenset[int] = frozenset()) -> list[StreamEvent]:
    """The latest open alerts of these lists or with these keys, one page full, oldest first, as changes
    without a number."""
    if not lists and not alerts:
        return []
    rows = Alert.objects.filter(Q(entry__hotlist__in=lists) | Q(pk__in=alerts)).exclude(stage=Stage.CLOSED)
    latest = load_for_summaries(rows.values_list("pk", flat=True)[:PAGE_SIZE])
    return _stream_events([(latest[number], "stage", 0) for number in sorted(latest)])


@enforces("5.b/browser")
def _stream_events(changes: Sequence[tuple[Alert, str, int]]) -> list[StreamEvent]:
    """Of alerts with their event's name and their change's number, in this order. What the read store knows of their
    vehicles is asked once for all, and never awaited for long: see `seen_vehicles`."""
    if not changes:  # nearly always
        return []
    rows = {row["number"]: row for row in summaries(alert for alert, _, _ in changes)}
    return [
        StreamEvent(kind, row, number, alert.entry.hotlist_id, alert.pk, ring_facts(alert), fragments(row))
        for alert, kind, number in changes
        if (row := rows.get(alert.pk))
    ]


def format_event(kind: str, data: Mapping[str, Any], number: int = 0) -> str:
    """A server-sent event."""
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n"


@enforces("AC-3/signed")
def sees_banners(recipient: Recipient) -> bool:
    """Whether this person decides on overrides or recalls, which banners are about."""
    duties = (Permission.OVERRIDE_REVIEW, Permission.HOTLIST_REVIEW)
    return any(recipient.role in roles_with(duty) for duty in duties)


def waiting() -> list[Any]:
    """What decides who is shown what, of all that waits; empty if nothing does, which is nearly always."""
    marks = [*emergency_marks(), *open_marks()]
    return [*marks, *absences_now()] if marks else []
