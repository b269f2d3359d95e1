"""What the reader notices of itself: a silent, covered or moved camera, no position, a wrong clock, a screen that
nobody sees or hears. The person at the reader hears of it when it begins and ends, and the hub with the next report."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.state import FaultKind, ReaderFault, ReaderState, RingSeal
from plateward.reader.frames import Say

# Seconds until something is a fault, and until it is over. The hub hears of it within a minute.
PATIENCE = dict.fromkeys(FaultKind, 40.0) | {FaultKind.PICTURE: 20.0}
NAMES = {
    FaultKind.PICTURE: "camera",
    FaultKind.POSITION: "position",
    FaultKind.TIME: "clock",
    FaultKind.ALARM: "screen",
}


@dataclass(frozen=True)
class _Watched:
    """Since when (seconds of a steady clock) it has been wrong, or right; `fault`: while it is one; `judged`: whether
    it is known which."""

    wrong: bool
    changed: float
    began: datetime
    judged: bool = False
    fault: ReaderFault | None = None


class Faults:
    """The reading thread watches; the sending one and the screen ask."""

    def __init__(self, say: Say = lambda _: None, camera: str = "", ring: RingSeal = "") -> None:
        self._say, self._camera, self._ring = say, camera, ring
        self._lock = threading.Lock()
        self._watched: dict[FaultKind, _Watched] = {}

    @enforces("6.j.i/camera", "6.e.iv.2/report", "5.c/position")
    def watch(self, kind: FaultKind, problem: str, seconds: float) -> None:
        """`problem`: what is wrong now, empty if nothing is."""
        with self._lock:
            before = self._watched.get(kind)
            wrong = bool(problem)
            now = before or _Watched(wrong, seconds, clock.now())
            if now.wrong != wrong:
                now = replace(now, wrong=wrong, changed=seconds, began=clock.now())
            lasts = seconds - now.changed >= PATIENCE[kind]
            if wrong and lasts and now.fault is None:
                fault = ReaderFault(kind, now.began, problem[:500])
                now = replace(now, fault=fault, judged=True)
                self._say(f"MALFUNCTION, {NAMES[kind]}: {problem} The hub is notified (OPR:50 6.e.iv.2).")
            elif not wrong and (lasts or now.fault is None):
                if now.fault:
                    self._say(f"The malfunction is over: {NAMES[kind]}.")
                now = replace(now, fault=None, judged=True)
            self._watched[kind] = now

    @property
    def current(self) -> tuple[ReaderFault, ...]:
        """What is wrong now."""
        with self._lock:
            return tuple(item.fault for item in self._watched.values() if item.fault)

    @property
    def state(self) -> ReaderState | None:
        """For the hub; None while it is not known of everything whether it is wrong."""
        with self._lock:
            watched = list(self._watched.values())
        if not watched or not all(item.judged for item in watched):
            return None
        return ReaderState(tuple(item.fault for item in watched if item.fault), self._camera, self._ring)
