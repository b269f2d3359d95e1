"""Which alarms ring, which wait for a list that is on its way, and which are recalled."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from plateward.ground import clock
from plateward.ground.matching.engine import Hit
from plateward.ground.matching.kinds import MatchAlarm
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.batch import HandledAlert
from plateward.ground.wire.read import Read
from plateward.reader.alarm import ReaderLog
from plateward.reader.hotlist import LoadedHotList
from plateward.reader.stores import Stores

SHIFT = timedelta(hours=12)  # how long somebody may still act on an alarm
MOST_RUNG = 1000
LONGEST_HELD = 60.0  # seconds that an alarm waits for a list that does not come

Match = Callable[[], tuple[LoadedHotList | None, list[Hit]]]


@dataclass(frozen=True)
class ListedRead:
    """A read that is on the list, or was taken before there was one. `match` checks the list again; `rung` are entries
    that this vehicle already rang for, `before` is when it was read differently; `lack` says what the start-of-shift
    check lacked."""

    read: Read
    match: Match
    rung: frozenset[UUID]
    before: datetime | None
    lack: str = ""


@dataclass(frozen=True)
class _RungAlarm:
    listed: ListedRead
    hit: Hit
    at: datetime
    version: str  # of the list that last confirmed it


class Alarms:
    """Rings in the reader's own thread; the thread that talks to the hub holds, releases and recalls."""

    def __init__(self, stores: Stores, log: ReaderLog) -> None:
        self._hotlist, self._placement, self._log = stores.hotlist, stores.placement, log
        self._lock = threading.RLock()
        self._waiting: deque[tuple[float, ListedRead]] = deque(maxlen=MOST_RUNG)  # since when
        self._holding: float | None = None  # when holding began
        self._rung: deque[_RungAlarm] = deque(maxlen=MOST_RUNG)
        self._handled: dict[UUID, HandledAlert] = {}  # by entry

    @enforces("5.b/vehicle")
    def ring(self, listed: ListedRead) -> None:
        """Ring by the current list, or wait for the one that is coming: see `hold`. A new reader has none for a moment,
        and does not know where it may record."""
        with self._lock:
            if self._holding is None and _can_match(listed):
                self._ring(listed)
            else:
                self._waiting.append((time.monotonic(), listed))

    @enforces("5.a/compare")
    def hold(self) -> None:
        """The hub answers and has another list. A reader that was away stops ringing by the old list, which may hold
        recalled entries. It goes on reading, and its hits wait."""
        with self._lock:
            if self._holding is None and self._hotlist.away:
                self._holding = time.monotonic()
                self._log.say("The hub is back. No alarm rings until its hot list arrives.")

    @enforces("5.b/which")
    def note(self, handled: Iterable[HandledAlert]) -> None:
        """The hub says which entries' last alerts were handled: show it once for each change, and keep how long
        they ring no alarm here."""
        with self._lock:
            hits = {rung.hit.entry.id: rung.hit for rung in self._rung}
            for news in handled:
                before = self._handled.get(news.entry)
                repeated = before and (before.words, before.silent_until) == (news.words, news.silent_until)
                self._handled[news.entry] = news
                if news.entry in hits and not repeated:
                    self._log.handled(hits[news.entry], news.words, news.silent_until)
            while len(self._handled) > MOST_RUNG:
                del self._handled[next(iter(self._handled))]

    @property
    def overdue(self) -> bool:
        """Whether alarms have waited too long."""
        with self._lock:
            return self._holding is not None and time.monotonic() - self._holding > LONGEST_HELD

    def settle(self) -> None:
        """The list is here, or will not come: match what waited against the current list, and ring."""
        with self._lock:
            waited, self._holding = [*self._waiting], None
            self._waiting.clear()
            for since, listed in waited:
                if _can_match(listed):
                    self._ring(listed)
                elif time.monotonic() - since < LONGEST_HELD:
                    self._waiting.append((since, listed))
            self._recall()

    @enforces("6.a.ii.1/zones")
    def _ring(self, listed: ListedRead) -> None:
        # Decide again: zones, deployments and the list may have changed since.
        read = listed.read
        if self._placement.why_dropped(read.captured_at, read.position, read.last_position):
            return
        loaded, hits = listed.match()
        news = [self._as_it_rings(hit) for hit in hits if hit.entry.id not in listed.rung]
        if loaded is None or not news:
            return
        confirmed = self._hotlist.confirmed_at or loaded.made_at
        self._log.ring(listed.read, news, confirmed, listed.before, listed.lack)
        self._rung.extend(_RungAlarm(listed, hit, clock.now(), loaded.version) for hit in news)

    @enforces("5.b/which")
    def _as_it_rings(self, hit: Hit) -> Hit:
        """The hit, shown without a sound if its last alert was handled and the hub's quiet time is not over."""
        handled = self._handled.get(hit.entry.id)
        silent = handled and handled.silent_until and clock.now() < handled.silent_until
        return replace(hit, alarm=MatchAlarm.SHOW) if silent else hit

    @enforces("5.b/vehicle")
    def _recall(self) -> None:
        """Clear the alarms whose entry has expired or is on no list anymore."""
        now, standing = clock.now(), []
        for rung in self._rung:
            if now - rung.at > SHIFT:
                continue
            if self._stands(rung, now):
                loaded = self._hotlist.current
                standing.append(replace(rung, version=loaded.version if loaded else rung.version))
            else:
                self._log.recall(rung.hit, rung.at)
        self._rung = deque(standing, MOST_RUNG)

    def _stands(self, rung: _RungAlarm, now: datetime) -> bool:
        entry, loaded = rung.hit.entry, self._hotlist.current
        if entry.expires_at and entry.expires_at <= now:
            return False
        if loaded is None or loaded.version == rung.version:
            return True
        # A source that changes a line gives it another id.
        return any(
            hit.entry.id == entry.id or (hit.head.id, hit.entry.plate) == (rung.hit.head.id, entry.plate)
            for hit in rung.listed.match()[1]
        )


def _can_match(listed: ListedRead) -> bool:
    """Whether there is a list to match it against."""
    return listed.match()[0] is not None
