"""Patterns in how a person accounts for searches, whatever the plates."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.oversight.detectors.cad_book import CONTRADICTS, bare
from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.pace import Pace
from plateward.oversight.detectors.rates import chance_of
from plateward.oversight.detectors.records import Claim, EventKind, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.oversight.detectors.wording import claims_of, day_of, quoted, reasons_of
from plateward.policy.trace import enforces

_Numbered = tuple[int, Reading]  # the how-manieth search of its person
COLLEAGUE_USES = 3  # of a reason
MOST = 30  # unexplained searches that are looked back on


@enforces("6.a.ii.2", "6.a.ii.3", "6.e.vi")
class Habits(Detector):
    """Counts a person's unexplained searches of two weeks: outside shifts, with reasons that say nothing or not why
    this plate, without a case number, with one that does not fit. A pattern is a count far above what colleagues'
    searches would give; of reasons that point to a purpose barred by law, two are one, and of numbers that do not fit
    one plate, three. Searches outside shifts count a second time whatever their cases."""

    names = ("barred purpose", "no case", "off-shift", "plausible lie", "vague reasons")

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)

        self._made: Counter[str] = Counter()
        self._began: datetime | None = None
        self._unexplained: dict[str, deque[_Numbered]] = defaultdict(deque)
        self._off_shift: dict[str, deque[_Numbered]] = defaultdict(deque)
        self._reported: dict[str, dict[int, str]] = defaultdict(dict)  # by person and search, as what
        self._pace = Pace()

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        if event.kind is not EventKind.SEARCH:
            return
        self._began = self._began or event.at
        begin = event.at - timedelta(days=self.thresholds.habit_days)
        self._made[event.person] += 1
        self._pace.add(event.person, self._role(event.person), event.at, numbered=not NO_NUMBER.has(reading))
        if reading.off_shift:
            yield from self._always_off_shift(reading)
        if not reading.is_unexplained:
            return
        unexplained = self._unexplained[event.person]
        unexplained.append((self._made[event.person], reading))
        while unexplained[0][1].event.at < begin:
            unexplained.popleft()
        for pattern in PATTERNS:
            if searches := self._having(pattern, reading):
                yield from self._report(pattern, pattern.detector, searches)
        # What share of an agency's searches has no case is known only after a while.
        learned = event.at - self._began >= timedelta(days=self.thresholds.learning_days)
        if learned and (searches := self._busier(reading)):
            yield from self._report(NO_NUMBER, "no case", searches)
        if learned and (searches := self._having(UNFOUNDED, reading)):
            lies = sum(search.is_lie for _, search in searches)
            detector = "plausible lie" if 2 * lies > len(searches) else "no case"
            yield from self._report(UNFOUNDED, detector, searches)
        barred = [search for _, search in unexplained if search.barred]
        if reading.barred and len(barred) > 1:
            words = quoted(event.reason or event.purpose)
            sentence = (
                f"Gave a reason that points to a purpose barred by law, {words}, for {len(barred)} searches."
            )
            yield Suspicion("barred purpose", event.person, sentence)
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
            chance_of(least, number, self.signs.careless(event.person, "off shift", "roster"))
            < self.thresholds.off_shift_chance
        ):
            searches = [item for _, item in off]
            sentence = f"Made {len(off)} searches outside any shift since {day_of(searches[0].event.at)}."
            sentence = f"{sentence} {reasons_of(searches)}"
            yield Suspicion("off-shift", event.person, sentence)

    def _lies_for_plate(self, reading: Reading, lies: list[Reading]) -> Iterator[Suspicion]:
        event = reading.event
        same = [search for search in lies if search.event.plate == event.plate and not search.is_retry]
        numbers = {bare(search.event.case) for search in same}
        least = self.thresholds.lies_one_plate
        if len(same) < least or self.signs.excess(same) < least:
            return
        kind = self.signs.cad.kind_of(event.case)
        number = f"{event.case} ({kind})" if kind else event.case
        yield Suspicion(
            "plausible lie",
            event.person,
            f"Searched plate {event.plate} {len(same)} times under {len(numbers)} case numbers "
            f"that do not fit: the last, {number}, {CONTRADICTS[reading.claim]}. {claims_of(same)}",
            event.plate,
        )

    def _report(self, pattern: "Pattern", detector: str, searches: list[_Numbered]) -> Iterator[Suspicion]:
        """The pattern, unless most of its searches are in a finding of another name: one way of working is one."""
        reported = self._reported[searches[0][1].event.person]
        elsewhere = sum(reported.get(number, detector) != detector for number, _ in searches)
        if 2 * elsewhere <= len(searches):
            for number, _ in searches:
                reported.setdefault(number, detector)
            yield _suspicion(pattern, detector, [search for _, search in searches])

    def _having(self, pattern: "Pattern", reading: Reading) -> list[_Numbered]:
        """The unexplained searches with this pattern, if this one has it and the last five, six … of them came closer
        together than a careless colleague's; otherwise none."""
        subject = reading.event.person
        if not pattern.has(reading):
            return []
        having = _first_given(item for item in self._unexplained[subject] if pattern.has(item[1]))
        careless = self.signs.careless(subject, pattern.sign, pattern.judged)
        made, chance = self._made[subject], self.thresholds.habit_chance
        is_pattern = any(
            chance_of(count, made - having[-count][0] + 1, careless) < chance
            for count in range(int(self.thresholds.habit_least), min(len(having), MOST) + 1)
        )
        return having if is_pattern else []

    def _busier(self, reading: Reading) -> list[_Numbered]:
        """The searches without a case number, if the last five, six … of them are both a larger share of what one
        searches than colleagues' and more than one makes as a rule: where numbers lack often, neither alone tells."""
        if not NO_NUMBER.has(reading):
            return []
        subject, limits = reading.event.person, self.thresholds
        without = [item for item in self._unexplained[subject] if NO_NUMBER.has(item[1])]
        moments = [item for item in without if not item[1].is_retry]
        rate = self.signs.rates.usual(self.signs.person(subject), NO_NUMBER.sign, NO_NUMBER.judged)
        for count in range(int(limits.habit_least), min(len(moments), MOST) + 1):
            made, first = moments[-count]
            share = chance_of(count, self._made[subject] - made + 1, rate)
            if share > limits.busier_chance:
                continue
            many = self._pace.chance(subject, self._role(subject), first.event.at, reading.event.at, count)
            if many < limits.busier_chance and share * many < limits.both_chance:
                return without
        return []

    def _role(self, person: str) -> str:
        return self.signs.person(person).role


@dataclass(frozen=True)
class Pattern:
    """Searches that have something in common. `sign`, of those `judged` for it: its name among colleagues' rates.
    `sentence` takes their number and the first day."""

    detector: str
    sign: str
    judged: str
    has: Callable[[Reading], bool]
    sentence: str


def _first_given(searches: Iterable[_Numbered]) -> list[_Numbered]:
    """The searches without those that give the same number for the same plate again: one long case is one claim."""
    given: dict[tuple[str, ...], _Numbered] = {}
    for number, reading in searches:
        case = bare(reading.event.case)
        key = (case, reading.event.plate) if case else (str(number),)
        given.setdefault(key, (number, reading))
    return list(given.values())


def _suspicion(pattern: Pattern, detector: str, searches: list[Reading]) -> Suspicion:
    sentence = pattern.sentence.format(len(searches), day_of(searches[0].event.at))
    return Suspicion(detector, searches[0].event.person, f"{sentence} {reasons_of(searches)}")


NO_NUMBER = Pattern(
    "no case",
    Claim.MISSING,
    "claim",
    lambda reading: reading.claim is Claim.MISSING,
    "Made {} searches without a case number since {}.",
)
PATTERNS = (
    Pattern(
        "off-shift",
        "unexplained off shift",
        "roster",
        lambda reading: bool(reading.off_shift),
        "Made {} searches outside any shift since {}.",
    ),
    Pattern(
        "vague reasons",
        "unexplained vague",
        "claim",
        lambda reading: reading.is_vague,
        "Gave reasons that say nothing for {} searches since {}.",
    ),
    Pattern(
        "vague reasons",
        "unexplained loose",
        "claim",
        lambda reading: reading.is_loose,
        "Gave reasons that do not say why this plate for {} searches since {}.",
    ),
    NO_NUMBER,
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
# Searches that lack a number, mixed with others under wrong ones: neither alone may stand out.
UNFOUNDED = Pattern(
    "no case",
    "unfounded",
    "claim",
    lambda reading: reading.is_unfounded,
    "Made {} searches since {} without a case number that fits.",
)


@enforces("6.e.vi")
class ReasonReuse(Detector):
    """One reason, word for word, for many different plates that no case is known to explain, in words that few others
    use."""

    names = ("reason reuse",)

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)

        self._plates: dict[tuple[str, str], dict[str, Reading]] = defaultdict(dict)
        self._users: dict[str, Counter[str]] = defaultdict(Counter)
        self._searchers: set[str] = set()

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        reason = " ".join((event.reason or event.purpose).casefold().split())
        if not reason or not event.plate:
            return
        self._users[reason][event.person] += 1
        self._searchers.add(event.person)
        if not reading.is_unexplained:
            return
        plates = self._plates[event.person, reason]
        plates[event.plate] = reading
        begin = event.at - timedelta(days=self.thresholds.repeat_days)
        for plate in [plate for plate, search in plates.items() if search.event.at < begin]:
            del plates[plate]
        others = (len(self._users[reason]) - 1) / max(20, len(self._searchers))
        # The plates of one search come at one moment, and have one reason of necessity.
        given = len({search.event.at for search in plates.values()})
        is_common = others > self.thresholds.reuse_share or self._is_the_units(reason, event.person)
        if given >= self.thresholds.reuse_plates and not is_common:
            sentence = (
                f"Gave the same reason, {quoted(event.reason or event.purpose)}, for {len(plates)} plates."
            )
            yield Suspicion(
                "reason reuse", event.person, f"{sentence} {claims_of(plates.values())}", topic=reason
            )

    def _is_the_units(self, reason: str, person: str) -> bool:
        """Whether a colleague of the same role and unit writes it, too, and not just once."""
        who = self.signs.person(person)
        users = [
            self.signs.person(user) for user, uses in self._users[reason].items() if uses >= COLLEAGUE_USES
        ]
        return bool(who.unit) and any(
            user.id != person and (user.unit, user.role) == (who.unit, who.role) for user in users
        )
