"""Somebody searches far more than colleagues do, and than they themselves used to."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from statistics import median

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import EventKind, Person, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.oversight.detectors.wording import claims_of
from plateward.policy.trace import enforces

WEEK = timedelta(days=7)
PEERS = 5  # of a role; a role with fewer is compared with everybody
WEEKS = 8  # of one's own that are remembered


@enforces("6.a.ii.2")
class Volume(Detector):
    """Compares the searches of the last seven days, each evening, with the busiest twentieth of the same role."""

    names = ("volume",)

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._people = signs.people
        self._recent: dict[str, deque[Reading]] = defaultdict(deque)
        self._weeks: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=WEEKS))
        self._days = 0

    def hear(self, reading: Reading) -> Iterable[Suspicion]:
        event = reading.event
        if event.kind is EventKind.SEARCH:
            recent = self._recent[event.person]
            if not recent or recent[-1].event.at != event.at:  # the plates of one search come at one moment
                recent.append(reading)
        return ()

    def end_day(self, at: datetime) -> Iterator[Suspicion]:
        for recent in self._recent.values():
            while recent and recent[0].event.at < at - WEEK:
                recent.popleft()
        counts = {person: len(recent) for person, recent in self._recent.items()}
        by_role: dict[str, list[int]] = defaultdict(list)
        for person, count in counts.items():
            by_role[self._role(person)].append(count)
        usual = {
            role: _busy(members if len(members) > PEERS else list(counts.values()))
            for role, members in by_role.items()
        }
        for person, count in counts.items():
            if count >= self.thresholds.volume_least:
                yield from self._judge(person, count, usual[self._role(person)])
        self._days += 1
        if self._days % 7 == 0:
            for person, count in counts.items():
                self._weeks[person].append(count)

    def _judge(self, person: str, count: int, peers: float) -> Iterator[Suspicion]:
        factor, weeks = self.thresholds.volume_factor, self._weeks[person]
        unexplained = [search for search in self._recent[person] if search.is_unexplained]
        own = median(weeks) if weeks else 0
        if count > factor * peers and count > factor * own:
            if len(unexplained) < self.thresholds.volume_unexplained * count:
                return
            sentence = (
                f"Made {count} searches in seven days; the busiest of comparable colleagues make {peers:.0f}"
            )
            yield Suspicion("volume", person, f"{sentence}. {claims_of(unexplained)}")

    def _role(self, person: str) -> str:
        return self._people.get(person, Person(person)).role.casefold()


def _busy(counts: list[int]) -> float:
    """What a twentieth of the people exceed; of few people, what all but the busiest make at most."""
    ordered = sorted(counts)
    return ordered[max(0, min(len(ordered) - 2, int(len(ordered) * 0.95)))]
