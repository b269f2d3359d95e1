"""What a GPS receiver's reports say of where the reader is: the last good position, its age, and what to doubt.

A position so far from the one before that no vehicle drives there is not believed until the receiver has stayed with it
for a while; meanwhile it is not known where the reader is. Times are seconds of the monotonic clock, so that a wrong
date makes no position old.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.distance import meters_between
from plateward.ground.wire.read import Position, PositionLack
from plateward.ground.wire.where import position_error_m, why_not_good
from plateward.reader.position import Fix

KEPT_S = 60.0  # a read's frame is so old at most
SETTLED_S = 30.0  # after a jump, the receiver has stayed so long with its new place
LONGEST_GAP_S = 5.0  # between two reports of one place, then
MAX_AGE_S = 31_536_000.0  # the wire's limit: a year
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # receivers whose count of weeks ran over say a time decades ago
TIMES = 10  # reports whose times are compared with the clock: a line may wait, so the least difference counts


@dataclass(frozen=True)
class GpsReport:
    """What a receiver said: `position` without an age, or None without a fix. `heading` in degrees from true north."""

    position: Position | None
    heading: float | None = None
    time: datetime | None = None


@dataclass(frozen=True)
class _Known:
    """A position, and when it was heard."""

    position: Position
    heading: float | None
    at: float

    def aged(self, seconds: float) -> Position:
        return replace(self.position, age_s=min(MAX_AGE_S, max(0.0, seconds - self.at)))


@dataclass(frozen=True)
class _Jump:
    """A place that is not believed yet: since when none was, since when the receiver has stayed there, and the last."""

    began: float
    since: float
    known: _Known


class Whereabouts:
    """One thread hears the receiver, another asks. `last`: a position from before the start, with its age then; `keep`
    is called with each good position."""

    def __init__(
        self,
        seconds: float,
        last: Position | None = None,
        keep: Callable[[Position], None] = lambda _: None,
    ) -> None:
        self._lock = threading.Lock()
        self._keep = keep
        self._lack = PositionLack.NO_FIX
        self._known: deque[_Known] = deque()  # oldest first; the last one counts
        if last:
            self._known.append(_Known(last, None, seconds - (last.age_s or 0.0)))
        self._jump: _Jump | None = None
        self._time: datetime | None = None  # GPS time of the last report
        self._ahead: deque[timedelta] = deque(maxlen=TIMES)

    @enforces("5.c/position", "5.i/position")
    def receive(self, report: GpsReport, seconds: float, clock: datetime) -> None:
        """Take in a report. One that repeats the time of the one before says nothing new."""
        with self._lock:
            if report.time is not None:
                if report.time == self._time:
                    return
                self._time = report.time
                if report.time >= EARLIEST:
                    self._ahead.append(clock - report.time)
            self._lack = PositionLack.NO_FIX if report.position is None else PositionLack.OLD
            if report.position is None:
                return
            if lack := why_not_good(report.position):
                self._lack = lack
                return
            known = _Known(report.position, report.heading, seconds)
            if not self._is_believed(known):
                return
            self._known.append(known)
            while self._known[0].at < seconds - KEPT_S:
                self._known.popleft()
        self._keep(report.position)

    def lose(self) -> None:
        """The receiver is gone."""
        with self._lock:
            self._lack = PositionLack.GONE
            self._ahead.clear()

    @enforces("6.a.ii.1/unsure")
    def _is_believed(self, new: _Known) -> bool:
        if not self._known or _is_near(self._known[-1], new):
            self._jump = None
            return True
        jump = self._jump or _Jump(new.at, new.at, new)
        stays = _is_near(jump.known, new) and new.at - jump.known.at <= LONGEST_GAP_S
        self._jump = _Jump(jump.began, jump.since if stays else new.at, new)
        if new.at - self._jump.since < SETTLED_S:
            return False
        self._jump = None
        self._known.clear()
        return True

    @enforces("5.c/position", "5.i/position", "6.a.ii.1/unsure")
    def at(self, seconds: float) -> Fix:
        """Where the reader was then."""
        with self._lock:
            ahead = min(self._ahead, key=abs, default=None)
            if self._jump and seconds >= self._jump.began:
                return Fix(None, None, PositionLack.JUMPED, None, ahead)
            known = next((known for known in reversed(self._known) if known.at <= seconds), None)
            if known is None:
                return Fix(None, None, self._lack, None, ahead)
            position = known.aged(seconds)
            if why_not_good(position):
                return Fix(None, None, self._lack, position, ahead)
            return Fix(position, known.heading, None, None, ahead)


def _is_near(before: _Known, new: _Known) -> bool:
    """Whether a vehicle can have driven there since."""
    a, b = before.position, new.position
    reach = position_error_m(before.aged(new.at)) + position_error_m(b)
    return meters_between(a.lat, a.lon, b.lat, b.lon) <= reach
