"""Patterns in how a person accounts for searches, whatever the plates."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.oversight.detectors.cad_book import SAYS
from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.rates import chance_of
from plateward.oversight.detectors.records import Claim, EventKind, Person, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.oversight.detectors.wording import claims_of, quoted, reasons_of
from plateward.policy.trace import enforces

_Numbered = tuple[int, Reading]  # the how-manieth search of its person
MOST = 30  # unexplained searches that are looked back on


@enforces("6.a.ii.2", "6.a.ii.3", "6.e.vi")
class Habits(Detector):
    """Counts a person's unexplained searches of two weeks: outside shifts, with reasons that say nothing, with case
    numbers that do not fit. A pattern is a count far above what colleagues' searches would give."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)

        self._made: Counter[str] = Counter()
        self._unexplained: dict[str, deque[_Numbered]] = defaultdict(deque)
        self._off_shift: dict[str, deque[_Numbered]] = defaultdict(deque)

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        if event.kind is not EventKind.SEARCH:
            return
        begin = event.at - timedelta(days=self.thresholds.habit_days)
        self._made[event.person] += 1
        if reading.off_shift:
            yield from self._always_off_shift(reading)
        if not reading.is_unexplained:
            return
        unexplained = self._unexplained[event.person]
        unexplained.append((self._made[event.person], reading))
        while unexplained[0][1].event.at < begin:
            unexplained.popleft()
        for pattern in PATTERNS:
            having = [item for item in unexplained if pattern.has(item[1])]
            if pattern.has(reading) and self._is_pattern(pattern, event.person, having):
                searches = [search for _, search in having]
                said = pattern.says.format(len(having), f"{searches[0].event.at:%Y-%m-%d}")
                yield Suspicion(pattern.detector, event.person, f"{said} {reasons_of(searches)}")
        barred = [search for _, search in unexplained if search.barred]
        if reading.barred and len(barred) > 1:
            words = quoted(event.reason or event.purpose)
            said = (
                f"Gave a reason that points to a purpose barred by law, {words}, for {len(barred)} searches."
            )
            yield Suspicion("barred purpose", event.person, said)
        if reading.is_lie:
            yield from self._lies_for_plate(reading, [search for _, search in unexplained if search.is_lie])

    def _always_off_shift(self, reading: Reading) -> Iterator[Suspicion]:
        """Many more searches outside shifts than overtime and days in court give, whatever their cases."""
        event, off = reading.event, self._off_shift[reading.event.person]
        off.append((self._made[event.person], reading))
        while off[0][1].event.at < event.at - timedelta(days=self.thresholds.habit_days):
            off.popleft()
        least, days = int(self.thresholds.off_shift_least), {item.event.at.date() for _, item in off}
        if len(off) < least or len(days) < least / 2:
            return
        number = self._made[event.person] - off[-least][0] + 1
        if (
            chance_of(least, number, self._careless(event.person, "off shift", "roster"))
            < self.thresholds.off_shift_chance
        ):
            searches = [item for _, item in off]
            said = f"Made {len(off)} searches outside any shift since {searches[0].event.at:%Y-%m-%d}."
            yield Suspicion("off-shift", event.person, f"{said} {reasons_of(searches)}")

    def _lies_for_plate(self, reading: Reading, lies: list[Reading]) -> Iterator[Suspicion]:
        event = reading.event
        same = [search for search in lies if search.event.plate == event.plate and not search.is_retry]
        if len(same) < self.thresholds.lies_one_plate:
            return
        kind = self.signs.cad.kind_of(event.case)
        number = f"{event.case} ({kind})" if kind else event.case
        yield Suspicion(
            "plausible lie",
            event.person,
            f"Searched plate {event.plate} {len(same)} times under {len({s.event.case for s in same})} case numbers "
            f"that do not fit: the last, {number}, {SAYS[reading.claim]}. {claims_of(same)}",
            event.plate,
        )

    def _is_pattern(self, pattern: "Pattern", subject: str, having: list[_Numbered]) -> bool:
        """Whether the last five, six … of these came closer together than a careless colleague's."""
        careless = self._careless(subject, pattern.sign, pattern.judged)
        made, chance = self._made[subject], self.thresholds.habit_chance
        return any(
            chance_of(count, made - having[-count][0] + 1, careless) < chance
            for count in range(int(self.thresholds.habit_least), min(len(having), MOST) + 1)
        )

    def _careless(self, subject: str, sign: str, judged: str) -> float:
        """How often a careless colleague's searches have this sign."""
        person = self.signs.people.get(subject, Person(subject))
        rate = self.signs.rates.rate(person.id, person.role, sign, judged)
        return min(rate * self.thresholds.habit_factor, rate + self.thresholds.habit_more)


@dataclass(frozen=True)
class Pattern:
    """Searches that have something in common. `sign`, of those `judged` for it: its name among colleagues' rates.
    `says` takes their number and the first day."""

    detector: str
    sign: str
    judged: str
    has: Callable[[Reading], bool]
    says: str


PATTERNS = (
    Pattern(
        "off-shift",
        "unexplained off shift",
        "roster",
        lambda reading: bool(reading.off_shift),
        "Made {} searches outside any shift since {} that no case explains.",
    ),
    Pattern(
        "vague reasons",
        "unexplained vague",
        "claim",
        lambda reading: reading.vague,
        "Gave reasons that say nothing for {} searches since {} that no case explains.",
    ),
    Pattern(
        "no case",
        Claim.MISSING,
        "claim",
        lambda reading: reading.claim is Claim.MISSING,
        "Made {} searches without a case number since {}.",
    ),
    Pattern(
        "plausible lie",
        Claim.FOREIGN,
        "claim",
        lambda reading: reading.claim is Claim.FOREIGN,
        "Gave numbers of other units' cases with other plates for {} searches since {}.",
    ),
    Pattern(
        "plausible lie",
        "lie",
        "claim",
        lambda reading: reading.is_lie,
        "Gave case numbers that do not fit for {} searches since {}.",
    ),
)


@enforces("6.e.vi")
class ReasonReuse(Detector):
    """One reason, word for word, for many different plates that no case explains, in words that few others use."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)

        self._plates: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)
        self._users: dict[str, set[str]] = defaultdict(set)
        self._searchers: set[str] = set()

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        reason = " ".join((event.reason or event.purpose).casefold().split())
        if not reason or not event.plate:
            return
        self._users[reason].add(event.person)
        self._searchers.add(event.person)
        if not reading.is_unexplained:
            return
        plates = self._plates[event.person, reason]
        plates[event.plate] = event.at
        begin = event.at - timedelta(days=self.thresholds.repeat_days)
        for plate in [plate for plate, at in plates.items() if at < begin]:
            del plates[plate]
        others = (len(self._users[reason]) - 1) / max(20, len(self._searchers))
        # The plates of one search come at one moment, and have one reason of necessity.
        given = len(set(plates.values()))
        if given >= self.thresholds.reuse_plates and others <= self.thresholds.reuse_share:
            said = f"Gave the same reason, {quoted(event.reason or event.purpose)}, for {len(plates)} plates"
            yield Suspicion("reason reuse", event.person, f"{said} that no case explains.", topic=reason)
