"""Somebody is followed: one plate, or a few that belong together, searched again and again without a case."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import EventKind, Suspicion
from plateward.oversight.detectors.signs import MINOR, Reading, Signs
from plateward.oversight.detectors.wording import reasons_of
from plateward.policy.trace import enforces


@enforces("6.a.ii.2")
class RepeatedPlate(Detector):
    """Adds up a person's unexplained searches: for one plate over two months, for a few plates over two weeks."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._lately: dict[str, deque[Reading]] = defaultdict(deque)

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        if event.kind is not EventKind.SEARCH or reading.weight <= MINOR:
            return
        lately = self._lately[event.person]
        lately.append(reading)
        while lately[0].event.at < event.at - timedelta(days=self.thresholds.repeat_days):
            lately.popleft()
        same = [item for item in lately if item.event.plate == event.plate]
        weight = sum(item.weight for item in same)
        if len(same) >= 3 and weight >= self.thresholds.repeat_weight:
            yield Suspicion("repeated plate", event.person, _one_plate(same), event.plate)
        else:
            yield from self._few(reading, lately)

    def _few(self, reading: Reading, lately: Iterable[Reading]) -> Iterator[Suspicion]:
        """The same for the plates of one matter, such as a household's."""
        begin = reading.event.at - timedelta(days=self.thresholds.few_days)
        recent = [item for item in lately if item.event.at >= begin]
        plates = Counter(item.event.plate for item in recent).most_common(int(self.thresholds.few_plates))
        names = {plate for plate, _ in plates}
        of_few = [item for item in recent if item.event.plate in names]
        if reading.event.plate not in names or len(of_few) < self.thresholds.few_least:
            return
        again = sum(not item.is_retry for item in of_few) - len(names)
        if again < self.thresholds.few_repeats:
            return
        if sum(item.weight for item in of_few) >= self.thresholds.repeat_weight:
            yield Suspicion("repeated plate", reading.event.person, _few_plates(of_few, names), plates[0][0])


def _one_plate(same: list[Reading]) -> str:
    first, last = same[0].event.at, same[-1].event.at
    return (
        f"Searched plate {same[0].event.plate} {len(same)} times from {first:%Y-%m-%d} to {last:%Y-%m-%d} "
        f"with nothing in CAD that explains it. {reasons_of(same)}"
    )


def _few_plates(searches: list[Reading], names: set[str]) -> str:
    days = (searches[-1].event.at - searches[0].event.at).days + 1
    within = "one day" if days == 1 else f"{days} days"
    return (
        f"Searched {len(names)} plates ({', '.join(sorted(names))}) {len(searches)} times within {within} "
        f"with nothing in CAD that explains it. {reasons_of(searches)}"
    )


@enforces("6.a.ii.2")
class NoAction(Detector):
    """A plate that a person searches often, although nothing ever follows and no case names it."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._waiting: deque[Reading] = deque()
        self._futile: dict[tuple[str, str], deque[datetime]] = defaultdict(deque)

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        if reading.event.action_later is not None and reading.base > 0 and not reading.is_retry:
            self._waiting.append(reading)
        yield from self._settle(reading.event.at)

    def end_day(self, at: datetime) -> Iterator[Suspicion]:
        yield from self._settle(at)

    def _settle(self, now: datetime) -> Iterator[Suspicion]:
        """Whether action followed is known only when its time is over."""
        expected = timedelta(hours=self.thresholds.action_hours)
        while self._waiting and self._waiting[0].event.at <= now - expected:
            event = self._waiting.popleft().event
            key = (event.person, event.plate)
            if event.action_later:
                self._futile.pop(key, None)
                continue
            futile = self._futile[key]
            futile.append(event.at)
            while futile[0] < event.at - timedelta(days=self.thresholds.repeat_days):
                futile.popleft()
            if len(futile) >= self.thresholds.action_least and len({at.date() for at in futile}) > 1:
                yield Suspicion(
                    "no later action",
                    event.person,
                    f"Searched plate {event.plate} {len(futile)} times since {futile[0]:%Y-%m-%d}. No police action "
                    "followed any of them, and no case in CAD names this plate.",
                    event.plate,
                )
