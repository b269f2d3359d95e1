"""What outside analysts do with published logs: z-scores of a person's searches per shift window and per session."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import sqrt

from plateward.oversight.detectors.records import Event, EventKind

WINDOW_HOURS = 8
SESSION_GAP = timedelta(minutes=30)
FOLDED = timedelta(days=60)  # as the detectors fold
LEARNING = 500  # windows and sessions each before the first score


@dataclass
class _Spread:
    """Running mean and deviation (Welford)."""

    number: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        self.number += 1
        step = value - self.mean
        self.mean += step / self.number
        self.squares += step * (value - self.mean)

    def score(self, value: float) -> float:
        if self.number < LEARNING:
            return 0.0
        return (value - self.mean) / max(1e-9, sqrt(self.squares / self.number))


@dataclass
class _Count:
    searches: int = 0
    last: datetime | None = None


@dataclass
class Baseline:
    """Findings as (person, moment), for a threshold of z."""

    threshold: float
    findings: list[tuple[str, datetime]] = field(default_factory=list)
    _last: dict[str, datetime] = field(default_factory=dict)

    def flag(self, person: str, at: datetime, score: float) -> None:
        """Take the score of a window or session that goes on."""
        if score < self.threshold:
            return
        if person not in self._last or at - self._last[person] > FOLDED:
            self.findings.append((person, at))
        self._last[person] = at


def flag_all(events: Iterable[Event], thresholds: Iterable[float]) -> list[Baseline]:
    """One baseline for each threshold, over events in order of time."""
    baselines = [Baseline(threshold) for threshold in thresholds]
    windows, sessions = _Spread(), _Spread()
    in_window: Counter[tuple[str, int]] = Counter()
    in_session: dict[str, _Count] = {}
    current = -1
    for event in events:
        if event.kind is not EventKind.SEARCH:
            continue
        window = int(event.at.timestamp() // (WINDOW_HOURS * 3600))
        if window != current:
            for count in in_window.values():
                windows.add(count)
            in_window.clear()
            current = window
        in_window[event.person, window] += 1
        session = in_session.setdefault(event.person, _Count())
        if session.last and event.at - session.last > SESSION_GAP:
            sessions.add(session.searches)
            session.searches = 0
        session.searches, session.last = session.searches + 1, event.at
        score = max(windows.score(in_window[event.person, window]), sessions.score(session.searches))
        for baseline in baselines:
            baseline.flag(event.person, event.at, score)
    return baselines
