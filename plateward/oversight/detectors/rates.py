"""How often signs occur among colleagues, so that a sign is worth what it is worth here."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import exp, lgamma, log, log1p

from plateward.oversight.detectors.records import Person
from plateward.oversight.detectors.thresholds import Thresholds

PRIOR_RATE, PRIOR_WEIGHT = 0.03, 50.0  # what is believed before much was seen, as searches
UNIT_WEIGHT = 200.0  # of its role's share against a unit's own: few people have a share by chance
OWN_WEIGHT = 20.0  # the group's share against a person's own
COLLEAGUES, ALIKE = 4, 3  # of a group that is measured by; who make a way of working
GROWN = 1.05  # times the searches, until the shares are computed again
STAND_OUT, FEW = 0.2, 4  # of a group, at most; of few members one, of more two


class Rates:
    """Shares of searches with a sign: of everybody else, drawn to those of the same role, and of these to those of the
    same unit: a traffic unit works otherwise than detectives do."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()  # by scope and sign
        self._known_shares: dict[tuple[str, str], tuple[int, list[tuple[str, float]]]] = {}
        self._signs: set[str] = set()
        self._members: dict[str, set[str]] = defaultdict(set)  # by scope
        self._left_out: dict[str, set[str]] = defaultdict(set)

    def add(self, person: Person, judged: str, signs: Iterable[str]) -> None:
        """Count a search that was `judged` for some signs, and those that it has."""
        present = [judged, *signs]
        self._signs.update(present)
        scopes = [scope for scope in _scopes(person) if person.id not in self._left_out[scope]]
        for scope in scopes:
            self._members[scope].add(person.id)
        for scope in (*scopes, _own(person)):
            for sign in present:
                self._counts[scope, sign] += 1

    def leave_out(self, person: Person) -> None:
        """Stop measuring others by somebody whose searches stand out themselves. Where many of a group do, nobody does:
        that is how it works."""
        for scope in _scopes(person):
            out = self._left_out[scope]
            if person.id in out or len(out) >= _may_stand_out(len(self._members[scope])):
                continue
            out.add(person.id)
            for sign in self._signs:
                self._counts[scope, sign] -= self._counts[_own(person), sign]

    def rate(self, person: Person, sign: str, judged: str) -> float:
        """The share of the searches `judged` for it that have this sign, among others; near the prior while few were
        seen."""
        rate, own = PRIOR_RATE, _own(person)
        weights = (PRIOR_WEIGHT, PRIOR_WEIGHT, UNIT_WEIGHT)
        for scope, weight in zip(_scopes(person), weights, strict=False):
            counted = person.id not in self._left_out[scope]
            number = self._counts[scope, judged] - counted * self._counts[own, judged]
            present = self._counts[scope, sign] - counted * self._counts[own, sign]
            rate = (present + rate * weight) / (number + weight)
        return rate

    def usual(self, person: Person, sign: str, judged: str) -> float:
        """The share that three colleagues (of many, a fifth) reach, if that is more: so careless people here are."""
        rate = self.rate(person, sign, judged)
        scopes = reversed(_scopes(person))
        scope = next((each for each in scopes if len(self._members[each]) > COLLEAGUES), "")
        shares = [share for each, share in self._shares(scope, sign, judged) if each != person.id]
        if len(shares) < ALIKE:
            return rate
        return max(rate, shares[-max(ALIKE, int(STAND_OUT * len(shares)))])

    def _shares(self, scope: str, sign: str, judged: str) -> list[tuple[str, float]]:
        """Each member's own share, drawn to the group's while few searches were seen; the least first."""
        number = self._counts[scope, judged]
        known = self._known_shares.get((scope, sign))
        if known and number < known[0] * GROWN:
            return known[1]
        rate = (self._counts[scope, sign] + PRIOR_RATE * PRIOR_WEIGHT) / (number + PRIOR_WEIGHT)
        shares = []
        for each in self._members[scope]:
            present, made = self._counts[f"person:{each}", sign], self._counts[f"person:{each}", judged]
            shares.append((each, (present + rate * OWN_WEIGHT) / (made + OWN_WEIGHT)))
        shares.sort(key=lambda share: (share[1], share[0]))
        self._known_shares[scope, sign] = (number, shares)
        return shares

    def worth(self, person: Person, sign: str, judged: str, thresholds: Thresholds) -> float:
        """1 for a sign that few colleagues show, down to 0.3 for one that half of their searches show."""
        over = self.rate(person, sign, judged) - thresholds.common_rate
        return max(0.3, 1 - max(0.0, over) / 0.4 * 0.7)


def _may_stand_out(members: int) -> float:
    return max(1 + (members > FEW), STAND_OUT * members)


def _own(person: Person) -> str:
    return f"person:{person.id}"


def _scopes(person: Person) -> tuple[str, ...]:
    """The groups by which a person is measured, the widest first."""
    role = f"role:{person.role}"
    return ("", role, f"{role} unit:{person.unit}") if person.unit else ("", role)


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
