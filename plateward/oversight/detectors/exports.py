"""Much leaves at once, or just before somebody does."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from plateward.oversight.detectors.cad_book import CONFIRMED, bare
from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import Event, EventKind, Person, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.policy.trace import enforces

DAY = timedelta(days=1)
OWN_DAYS, OWN_LEAST = 20, 3  # days with exports of a person's own
IMAGES = 2  # of a read: the vehicle and its plate
USUAL_DAYS = 500  # days with exports, of everybody, from which the usual one is computed


@enforces("6.a.ii.2", "6.j.i")
class BulkExport(Detector):
    """Compares what a person exported in 24 hours with the colleagues' usual day."""

    names = ("bulk export",)

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._recent: dict[str, deque[Event]] = defaultdict(deque)  # by person
        self._usual_rows: deque[float] = deque(maxlen=USUAL_DAYS)
        self._usual_counts: deque[float] = deque(maxlen=USUAL_DAYS)
        self._own_rows: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=OWN_DAYS))

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        if event.kind is not EventKind.EXPORT:
            return
        recent = self._recent[event.person]
        recent.append(event)
        while recent[0].at <= event.at - DAY:
            recent.popleft()
        rows, factor = sum(item.results or 0 for item in recent), self.thresholds.export_factor
        many_rows = rows >= self.thresholds.export_rows and rows > factor * self._usual(event.person)
        usual = max(1.0, _median(self._usual_counts))
        if many_rows or self._count(recent) >= max(self.thresholds.export_count, factor * usual):
            size = f", {rows:,.0f} rows in all" if rows else ""
            sentence = f"Exported {len(recent)} times within 24 hours{size}"
            yield Suspicion("bulk export", event.person, f"{sentence}; a usual day has {usual:.0f}.")

    def _count(self, exports: Iterable[Event]) -> int:
        """How many there were; copies of images in one case, which are ordinary, count as one up to a number."""
        of_case = Counter(bare(event.case) if self._is_copy_in_case(event) else "" for event in exports)
        others = of_case.pop("", 0)
        return others + sum(ceil(copies / self.thresholds.export_copies) for copies in of_case.values())

    def _is_copy_in_case(self, event: Event) -> bool:
        """Whether it is a copy of a read's images under a number that CAD confirmed to fit."""
        if not event.case or event.results is None or event.results > IMAGES:
            return False
        person = self.signs.people.get(event.person, Person(event.person))
        return self.signs.cad.claim(event, person.unit) in CONFIRMED

    def _usual(self, person: str) -> float:
        """The rows of a usual day: of everybody, or more if the person's own are."""
        own = self._own_rows[person]
        return max(_median(self._usual_rows), _median(own) if len(own) >= OWN_LEAST else 0.0)

    def end_day(self, at: datetime) -> Iterable[Suspicion]:
        for person, recent in self._recent.items():
            today = [event for event in recent if event.at >= at - DAY]
            if today:
                self._usual_counts.append(self._count(today))
                rows = sum(event.results or 0 for event in today)
                self._usual_rows.append(rows)
                self._own_rows[person].append(rows)
        return ()


def _median(values: Iterable[float]) -> float:
    known = list(values)
    return median(known) if known else 0.0
