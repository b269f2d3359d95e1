"""Much leaves at once, or just before somebody does."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from statistics import median

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import Event, EventKind, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.policy.trace import enforces

DAY = timedelta(days=1)
USUAL_DAYS = 500  # days with exports, of everybody, from which the usual one is computed


@enforces("6.a.ii.2", "6.j.i")
class BulkExport(Detector):
    """Compares what a person exported in 24 hours with the colleagues' usual day."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._recent: dict[str, deque[Event]] = defaultdict(deque)
        self._usual_rows: deque[float] = deque(maxlen=USUAL_DAYS)
        self._usual_counts: deque[float] = deque(maxlen=USUAL_DAYS)

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        if event.kind is not EventKind.EXPORT:
            return
        recent = self._recent[event.person]
        recent.append(event)
        while recent[0].at <= event.at - DAY:
            recent.popleft()
        rows, factor = sum(item.results or 0 for item in recent), self.thresholds.export_factor
        many_rows = rows >= self.thresholds.export_rows and rows > factor * _median(self._usual_rows)
        usual = max(1.0, _median(self._usual_counts))
        if many_rows or len(recent) >= max(self.thresholds.export_count, factor * usual):
            size = f", {rows:,.0f} rows in all" if rows else ""
            said = f"Exported {len(recent)} times within 24 hours{size}"
            yield Suspicion("bulk export", event.person, f"{said}; a usual day has {usual:.0f}.")

    def end_day(self, at: datetime) -> Iterable[Suspicion]:
        for recent in self._recent.values():
            today = [event for event in recent if event.at >= at - DAY]
            if today:
                self._usual_counts.append(len(today))
                self._usual_rows.append(sum(event.results or 0 for event in today))
        return ()


def _median(values: Iterable[float]) -> float:
    known = list(values)
    return median(known) if known else 0.0
