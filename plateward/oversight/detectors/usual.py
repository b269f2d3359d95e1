"""What is usual: among a person's colleagues, and for the person. Known on any day is what came before that day."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import accumulate
from math import exp, lgamma, log, log1p
from statistics import median

from plateward.oversight.detectors.cad_book import bare
from plateward.oversight.detectors.history import FEW, History, Use
from plateward.oversight.detectors.records import MONTH

TIMES = 2  # what is usual, from which on somebody stands out
FIFTH = 5  # colleagues make a way of working: three of them or, of many, every fifth
CHANCE = 1e-4  # of a count that is no coincidence
ONE, TEN = 1, 10  # what is believed of anybody's searches before they made many: one in ten
MOST = 30  # of a person's latest searches with a sign are looked at


def usual(history: History, person: str, before: datetime, value: Callable[[str], float]) -> float | None:
    """What three colleagues, or a fifth of many, reach; None: too few are known."""
    values = sorted(map(value, history.colleagues(person, before)), reverse=True)
    return values[max(FEW, len(values) // FIFTH) - 1] if values else None


class Peaks:
    """How far people went in something that is counted at every use: the most of each day."""

    def __init__(self, history: History, values: Iterable[tuple[Use, float]]) -> None:
        self._history = history
        peaks: dict[str, dict[date, float]] = defaultdict(dict)
        for use, value in values:
            days, day = peaks[use.event.person], use.event.at.date()
            days[day] = max(days.get(day, 0), value)
        self._days = {person: sorted(days) for person, days in peaks.items()}
        self._peaks = {person: [peaks[person][day] for day in days] for person, days in self._days.items()}
        self._highest = {person: list(accumulate(each, max)) for person, each in self._peaks.items()}
        self._known: dict[tuple[str, date], float] = {}

    def usual(self, use: Use) -> float:
        """The most that is usual among colleagues; 0: too few are known."""
        person, day = use.event.person, use.event.at.date()
        if (person, day) not in self._known:
            midnight = use.event.at.replace(hour=0, minute=0, second=0, microsecond=0)
            most = usual(self._history, person, midnight, lambda each: self._most(each, day))
            self._known[person, day] = most or 0.0
        return self._known[person, day]

    def exceeds(self, use: Use, value: float) -> bool:
        """Whether it is at least twice what is usual among colleagues."""
        return value >= TIMES * self.usual(use)

    def own_or_usual(self, use: Use) -> float:
        """The same, or what the person reached on half of their days before, if that is more."""
        person = use.event.person
        own = self._peaks[person][: bisect_left(self._days[person], use.event.at.date())]
        return max(self.usual(use), median(own) if len(own) >= FEW else 0.0)

    def _most(self, person: str, day: date) -> float:
        known = bisect_left(self._days.get(person, []), day)
        return self._highest[person][known - 1] if known else 0.0


def frequent(history: History, sign: Callable[[Use], bool], least: int) -> Iterator[list[Use]]:
    """At each search with the sign, the person's of the last month with it, if the last so many of them came closer
    together than they would by coincidence at the share of searches that is usual among colleagues."""
    made = {person: once(uses) for person, uses in history.by_person.items()}
    at = {person: [use.event.at for use in uses] for person, uses in made.items()}
    having = {person: [n for n, use in enumerate(uses) if sign(use)] for person, uses in made.items()}

    def share(person: str, before: datetime) -> float:
        known = bisect_left(at[person], before)
        return (bisect_left(having[person], known) + ONE) / (known + TEN)

    for person, positions in having.items():
        recent: list[int] = []
        for position in positions:
            now = at[person][position]
            recent = [each for each in recent if at[person][each] > now - MONTH] + [position]
            if len(recent) < least or not history.learned(now):
                continue
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            rate = usual(history, person, midnight, lambda each: share(each, midnight)) or ONE / TEN  # noqa: B023
            counts = range(least, min(len(recent), MOST) + 1)
            if any(chance_of(n, position - recent[-n] + 1, rate) < CHANCE for n in counts):
                yield [made[person][each] for each in recent]


def once(uses: Iterable[Use]) -> list[Use]:
    """The searches, without a plate that is searched again, under the same number or minutes later."""
    given: set[tuple[str, str]] = set()
    once = []
    for use in uses:
        key = (bare(use.event.case), use.event.plate)
        if use.is_search and use.first and not use.again and (not key[0] or key not in given):
            given.add(key)
            once.append(use)
    return once


def chance_of(count: int, number: int, rate: float) -> float:
    """The chance that at least `count` of `number` searches have a sign that each has at this rate (binomial)."""

    def chance(n: int) -> float:  # as a logarithm: the number of ways may be vast
        ways = lgamma(number + 1) - lgamma(n + 1) - lgamma(number - n + 1)
        return exp(ways + n * log(rate) + (number - n) * log1p(-rate))

    return sum(map(chance, range(count, number + 1))) if count > rate * number else 1.0
