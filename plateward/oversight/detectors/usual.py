"""How heavily a person's colleagues search a plate as a rule: detectives whose CAD lacks the plates that their long
cases come to all come back to them."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from plateward.oversight.detectors.rates import STAND_OUT
from plateward.oversight.detectors.records import Claim, Person

COLLEAGUES = 4  # of the unit; with fewer, those of the role
ALIKE = 3  # colleagues, at least, who make a way of working; both, where there are but two
LEAST = 2  # searches with which a colleague comes back: once is chance


class Usual:
    """Hears every search, in order of time. `days`: how long one weighs; `few`: plates that may be one matter."""

    def __init__(self, days: float, few: int) -> None:
        self._days, self._few = timedelta(days=days), few
        self._lately: dict[str, deque[tuple[datetime, Claim, str, float]]] = defaultdict(deque)
        self._members: dict[tuple[str, ...], set[str]] = defaultdict(set)  # by role, and by role and unit
        self._heaviest: dict[str, dict[Claim, tuple[float, float]]] = {}  # one plate, a few plates
        self._day: date | None = None

    def hear(self, person: Person, at: datetime, claim: Claim, plate: str, weight: float) -> None:
        """Count a search, of this weight so far as no case explains it."""
        for group in _groups(person):
            self._members[group].add(person.id)
        if weight > 0:
            self._lately[person.id].append((at, claim, plate, weight))

    def excess(
        self, person: Person, at: datetime, searches: Iterable[tuple[Claim, float]], *, few: bool = False
    ) -> float:
        """What these searches for one plate, or for a few, weigh more than colleagues', of the same claims, as a rule.
        Where only few colleagues come back to a plate, that is the whole weight."""
        if self._day is None or at.date() > self._day:  # what waited for a day to end is of an earlier one
            self._day = at.date()
            self._heaviest = {each: self._heaviest_of(each, at) for each in self._lately}
        weights: Counter[Claim] = Counter()
        for claim, weight in searches:
            weights[claim] += weight  # type: ignore[assignment]
        return sum(max(0.0, weight - self._usual(person, claim, few)) for claim, weight in weights.items())

    def _usual(self, person: Person, claim: Claim, few: bool) -> float:
        members = self._colleagues(person)
        alike = max(ALIKE, int(STAND_OUT * len(members)))
        if len(members) < ALIKE - 1:
            return 0.0
        nothing = (0.0, 0.0)
        weights = sorted(self._heaviest.get(each, {}).get(claim, nothing)[few] for each in members)
        usual = weights[-min(alike, len(weights))]
        return usual if usual >= LEAST else 0.0

    def _colleagues(self, person: Person) -> set[str]:
        """Those of the unit, if they are enough; those of the role, if there are any; or everybody."""
        everybody = self._members[()] - {person.id}
        for group, least in zip(_groups(person), (COLLEAGUES, ALIKE - 1), strict=False):
            members = self._members[group] - {person.id}
            if len(members) >= least:
                return members
        return everybody

    def _heaviest_of(self, person: str, at: datetime) -> dict[Claim, tuple[float, float]]:
        lately = self._lately[person]
        while lately and lately[0][0] < at - self._days:
            lately.popleft()
        by_plate: dict[Claim, Counter[str]] = defaultdict(Counter)
        for _, claim, plate, weight in lately:
            by_plate[claim][plate] += weight  # type: ignore[assignment]
        heaviest = {}
        for claim, plates in by_plate.items():
            weights = [weight for _, weight in plates.most_common(self._few)]
            heaviest[claim] = (float(weights[0]), float(sum(weights)))
        return heaviest


def _groups(person: Person) -> tuple[tuple[str, ...], ...]:
    """The colleagues by whom a person is measured, the nearest first."""
    return ((person.role, person.unit), (person.role,), ())
