"""How often signs occur among colleagues, so that a sign is worth what it is worth here."""

from collections import Counter
from collections.abc import Iterable
from math import exp, lgamma, log, log1p

from plateward.oversight.detectors.thresholds import Thresholds

PRIOR_RATE, PRIOR_WEIGHT = 0.03, 50.0  # what is believed before much was seen, as searches


class Rates:
    """Shares of searches with a sign: of everybody else, drawn to those of the same role."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()  # by scope and sign
        self._signs: set[str] = set()
        self._left_out: set[str] = set()

    def add(self, person: str, role: str, judged: str, signs: Iterable[str]) -> None:
        """Count a search that was `judged` for some signs, and those that it has."""
        if person in self._left_out:
            return
        present = [judged, *signs]
        self._signs.update(present)
        for scope in ("", f"role:{role}", f"person:{person}"):
            for sign in present:
                self._counts[scope, sign] += 1

    def leave_out(self, person: str, role: str) -> None:
        """Stop measuring others by somebody whose searches stand out themselves."""
        if person in self._left_out:
            return
        self._left_out.add(person)
        for sign in self._signs:
            own = self._counts.pop((f"person:{person}", sign), 0)
            self._counts["", sign] -= own
            self._counts[f"role:{role}", sign] -= own

    def rate(self, person: str, role: str, sign: str, judged: str) -> float:
        """The share of the searches `judged` for it that have this sign, among others; near the prior while few were
        seen."""
        rate, own = PRIOR_RATE, f"person:{person}"
        for scope in ("", f"role:{role}"):
            number = self._counts[scope, judged] - self._counts[own, judged]
            present = self._counts[scope, sign] - self._counts[own, sign]
            rate = (present + rate * PRIOR_WEIGHT) / (number + PRIOR_WEIGHT)
        return rate

    def worth(self, person: str, role: str, sign: str, judged: str, thresholds: Thresholds) -> float:
        """1 for a sign that few colleagues show, down to 0.3 for one that half of their searches show."""
        over = self.rate(person, role, sign, judged) - thresholds.common_rate
        return max(0.3, 1 - max(0.0, over) / 0.4 * 0.7)


def chance_of(count: int, number: int, rate: float) -> float:
    """The chance that at least `count` of `number` searches have a sign that each has at this rate (binomial)."""
    rate = min(max(rate, 1e-9), 0.999)
    ways = (
        lgamma(number + 1) - lgamma(count + 1) - lgamma(number - count + 1)
    )  # as a logarithm: it may be vast
    term = exp(ways + count * log(rate) + (number - count) * log1p(-rate))
    total = 0.0
    for present in range(count, number + 1):
        total += term
        term *= (number - present) / (present + 1) * rate / (1 - rate)
    return total
