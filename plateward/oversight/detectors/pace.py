"""How many searches without a case number somebody makes as a rule, and how many colleagues make."""

from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from math import exp

DAY = timedelta(days=1)
SHRINKS = 14.0  # days of one's own that weigh as much as what colleagues do
SHORTEST = 3.0  # days: many plates of one night count as if they were of three
VARIES = 1.5  # times what is expected: work is not even


class Pace:
    """Hears every search in order of time."""

    def __init__(self) -> None:
        self._first: dict[str, datetime] = {}
        self._made: dict[str, list[datetime]] = defaultdict(list)  # without a number, by person
        self._of_role: Counter[str] = Counter()
        self._members: Counter[str] = Counter()
        self._joined: dict[str, float] = defaultdict(
            float
        )  # the sum of when each member's history begins, in days

    def add(self, person: str, role: str, at: datetime, *, numbered: bool) -> None:
        """Count a search."""
        if person not in self._first:
            self._first[person] = at
            self._members[role] += 1
            self._joined[role] += _days(at)
        if not numbered:
            self._made[person].append(at)
            self._of_role[role] += 1

    def chance(self, person: str, role: str, begin: datetime, end: datetime, count: int) -> float:
        """The chance of so many in this time, at the person's own pace before it or colleagues', if that is higher."""
        others = self._members[role] - 1
        days = others * _days(end) - (self._joined[role] - _days(self._first[person]))
        usual = (self._of_role[role] - len(self._made[person])) / days if days > 0 else 0.0
        before, known = bisect_left(self._made[person], begin), (begin - self._first[person]) / DAY
        own = (before + usual * SHRINKS) / (known + SHRINKS)
        return _poisson_tail(count, VARIES * max(own, usual) * max(SHORTEST, (end - begin) / DAY))


def _days(at: datetime) -> float:
    return at.timestamp() / DAY.total_seconds()


def _poisson_tail(count: int, mean: float) -> float:
    """The chance of at least `count` where `mean` are expected."""
    term = below = exp(-mean)
    for number in range(1, count):
        term *= mean / number
        below += term
    return max(0.0, 1 - below)
