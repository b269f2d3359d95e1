"""Access that nobody uses, and that should end (6.b.i.8)."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.leaving import leavers
from plateward.oversight.detectors.records import Person, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.oversight.detectors.wording import day_of
from plateward.policy.trace import enforces


@enforces("6.b.i.8")
class UnusedAccess(Detector):
    """Names people whose access is unused, the longest first, and in a week only a few."""

    names = ("unused access",)

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._people = signs.people
        self._last: dict[str, datetime] = {}
        self._ended: set[str] = set()  # or said already
        self._began: datetime | None = None
        self._lately: deque[datetime] = deque()

    def hear(self, reading: Reading) -> Iterable[Suspicion]:
        event = reading.event
        self._began = self._began or event.at
        self._last[event.person] = event.at
        self._ended.discard(event.person)
        self._ended.update(leavers(event, self._people))
        return ()

    def end_day(self, at: datetime) -> Iterator[Suspicion]:
        if not self._began:
            return
        while self._lately and self._lately[0] <= at - timedelta(days=7):
            self._lately.popleft()
        limit = at - timedelta(days=self.thresholds.unused_days)
        unused = [
            (last, person)
            for person in self._people.values()
            if person.has_access and person.id not in self._ended
            if (last := self._used(person, self._began)) < limit
        ]
        unused.sort(key=lambda each: (each[0], each[1].id))
        for last, person in unused[: max(0, int(self.thresholds.unused_week) - len(self._lately))]:
            self._lately.append(at)
            self._ended.add(person.id)
            since = (
                f"since {day_of(last)}" if person.id in self._last else f"ever, in {(at - last).days} days"
            )
            yield Suspicion(
                "unused access", person.id, f"{person.label} has access and has not used it {since}."
            )

    def _used(self, person: Person, began: datetime) -> datetime:
        """When they last used it; if never, since when they could have."""
        last = self._last.get(person.id, began)
        return max(last, person.access_since) if person.access_since else last
