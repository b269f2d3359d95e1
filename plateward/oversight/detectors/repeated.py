"""Somebody is followed: one plate, or a few that belong together, searched again and again without a case."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from plateward.oversight.detectors.cad_book import bare
from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import Claim, EventKind, Suspicion
from plateward.oversight.detectors.signs import MINOR, Reading, Signs
from plateward.oversight.detectors.usual import Usual
from plateward.oversight.detectors.wording import claims_of, day_of, reasons_of
from plateward.policy.trace import enforces

EXPLAINED = frozenset({Claim.ELSEWHERE, Claim.JOINT, Claim.WORKED})  # by a case or by colleagues, in part


@enforces("6.a.ii.2")
class RepeatedPlate(Detector):
    """Adds up a person's unexplained searches: for one plate over two months, for a few plates over four weeks. Where
    searches without a case are common and so weigh little, or CAD cannot be asked, it counts how often one comes back
    to a plate without a number that fits, or under a new one that CAD did not judge: colleagues seldom do. Several open
    cases of one's own may well be about one car."""

    names = ("repeated plate",)

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._lately: dict[str, deque[Reading]] = defaultdict(deque)
        self._leading: dict[str, dict[str, str]] = defaultdict(dict)  # of its finding, by person and plate
        self._again: dict[tuple[str, str], deque[datetime]] = defaultdict(deque)  # by person and plate
        self._usual = Usual(self.thresholds.repeat_days, 1)  # of coming back

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        if event.kind is not EventKind.SEARCH:
            return
        if reading.weight <= MINOR:
            self._usual.hear(self.signs.person(event.person), event.at, reading.claim, event.plate, 0.0)
            return
        lately = self._lately[event.person]
        lately.append(reading)
        while lately[0].event.at < event.at - timedelta(days=self.thresholds.repeat_days):
            lately.popleft()
        same = [item for item in lately if item.event.plate == event.plate]
        weight = self.signs.excess(same)
        is_rare = self._comes_back(reading, same[:-1])
        if is_rare or (len(same) >= 3 and weight >= self.thresholds.repeat_weight):
            self._leading[event.person].setdefault(event.plate, event.plate)
            yield Suspicion("repeated plate", event.person, _one_plate(same), event.plate)
        else:
            yield from self._few(reading, lately)

    def _comes_back(self, reading: Reading, before: list[Reading]) -> bool:
        """Whether this person came back to the plate more often than colleagues come back to any."""
        event, numbers = reading.event, {bare(item.event.case) for item in before}
        is_unjudged = bare(event.case) not in numbers and reading.claim is Claim.UNJUDGED
        if not before or reading.is_retry or not (reading.is_unfounded or is_unjudged):
            return False
        person, again = self.signs.person(event.person), self._again[event.person, event.plate]
        again.append(event.at)
        while again[0] < event.at - timedelta(days=self.thresholds.repeat_days):
            again.popleft()
        times = [(Claim.MISSING, 1.0)] * len(again)
        excess = self._usual.excess(person, event.at, times)
        self._usual.hear(person, event.at, Claim.MISSING, event.plate, 1.0)
        return excess >= self.thresholds.repeat_least

    def end_day(self, at: datetime) -> Iterable[Suspicion]:
        begin = at - timedelta(days=self.thresholds.repeat_days)
        for key in [key for key, again in self._again.items() if again[-1] < begin]:
            del self._again[key]
        return ()

    def _few(self, reading: Reading, lately: Iterable[Reading]) -> Iterator[Suspicion]:
        """The same for the plates of one matter, such as a household's."""
        begin = reading.event.at - timedelta(days=self.thresholds.few_days)
        recent = [item for item in lately if item.event.at >= begin and item.claim is not Claim.ELSEWHERE]
        plates = Counter(item.event.plate for item in recent).most_common(int(self.thresholds.few_plates))
        names = {plate for plate, _ in plates}
        of_few = [item for item in recent if item.event.plate in names]
        if reading.event.plate not in names or len(of_few) < self.thresholds.few_least:
            return
        again = sum(not item.is_retry for item in of_few) - len(names)
        if again < self.thresholds.few_repeats:
            return
        if self.signs.excess(of_few, few=True) >= self.thresholds.repeat_weight:
            leading = self._leading[reading.event.person]
            plate = next((leading[plate] for plate, _ in plates if plate in leading), plates[0][0])
            # The same matter goes on, with other plates.
            leading.update(dict.fromkeys(names - leading.keys(), plate))
            yield Suspicion("repeated plate", reading.event.person, _few_plates(of_few, names), plate)


def _one_plate(same: list[Reading]) -> str:
    first, last = same[0].event.at, same[-1].event.at
    return (
        f"Searched plate {same[0].event.plate} {len(same)} times from {day_of(first)} to {day_of(last)} "
        f"{_numbers(same, 'this plate')}. {reasons_of(same)}"
    )


def _few_plates(searches: list[Reading], names: set[str]) -> str:
    days = (searches[-1].event.at - searches[0].event.at).days + 1
    within = "one day" if days == 1 else f"{days} days"
    return (
        f"Searched {len(names)} plates ({', '.join(sorted(names))}) {len(searches)} times within {within} "
        f"{_numbers(searches, 'these plates')}. {reasons_of(searches)}"
    )


def _numbers(searches: list[Reading], plates: str) -> str:
    """Under what numbers, and what CAD says of them: no more than is known."""
    numbered = [item for item in searches if item.event.case]
    if not numbered:
        return "without a case number"
    number = len({bare(item.event.case) for item in numbered})
    under = f"under {number} case numbers" if number > 1 else "under one case number"
    if len(numbered) < len(searches):
        under = f"partly {under}"
    checked = {bare(item.event.case) for item in numbered if item.claim is not Claim.UNJUDGED}
    if not checked:
        return f"{under}; none was checked with CAD" if number > 1 else f"{under}, not checked with CAD"
    by = "this number" if number == 1 else "these numbers"
    if len(checked) < number:
        by = f"the {len(checked)} of these numbers that {'were' if len(checked) > 1 else 'was'} checked"
    return f"{under}; CAD named no current case with {plates} by {by}"


@enforces("6.a.ii.2")
class NoAction(Detector):
    """A plate that a person searches often, although nothing ever follows and no case is known to name it."""

    names = ("no later action",)

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._waiting: deque[Reading] = deque()
        self._futile: dict[tuple[str, str], deque[Reading]] = defaultdict(deque)

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        is_explained = reading.base <= 0 or reading.claim in EXPLAINED
        if reading.event.action_later is not None and not is_explained and not reading.is_retry:
            self._waiting.append(reading)
        yield from self._settle(reading.event.at)

    def end_day(self, at: datetime) -> Iterator[Suspicion]:
        yield from self._settle(at)

    def _settle(self, now: datetime) -> Iterator[Suspicion]:
        """Whether action followed is known only when its time is over."""
        expected = timedelta(hours=self.thresholds.action_hours)
        while self._waiting and self._waiting[0].event.at <= now - expected:
            reading = self._waiting.popleft()
            event = reading.event
            key = (event.person, event.plate)
            if event.action_later:
                self._futile.pop(key, None)
                continue
            futile = self._futile[key]
            futile.append(reading)
            while futile[0].event.at < event.at - timedelta(days=self.thresholds.repeat_days):
                futile.popleft()
            dates = {search.event.at.date() for search in futile}
            usual = sum(item.weight for item in futile) - self.signs.excess(futile)
            if len(futile) - usual >= self.thresholds.action_least and len(dates) > 1:
                yield Suspicion(
                    "no later action",
                    event.person,
                    f"Searched plate {event.plate} {len(futile)} times since {day_of(futile[0].event.at)}. No police "
                    f"action is on record after any of them. {claims_of(futile)}".strip(),
                    event.plate,
                )
