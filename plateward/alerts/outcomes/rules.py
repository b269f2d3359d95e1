"""How often alerts are right, how surely that is known, and when a camera or a list rings no more. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import TypeVar

from plateward.alerts.facts import Answer, Outcome
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

Z = 1.96  # of a normal distribution: an interval that holds the truth 19 times in 20
ENOUGH = 20  # alerts that people judged, below which nothing is withheld
LOOKED_AT = timedelta(
    days=90
)  # older alerts tell little of a camera that was cleaned, or a list that was mended
THOROUGH = 20  # letters of a review's finding, at least

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Ended:
    """One alert, as far as people have come with it. None: not yet. `verified_at` is of the first answer that says
    something of the plate, `verdict` whether the last such answer was a hit; a person who found the entry stale
    knows better. Of the agency's own entry the entering unit's word counts too, and that NCIC does not have it
    (`absent`) is no verdict: most of these it never had."""

    reader: int
    hotlist: int
    kind: str
    arrived_at: datetime
    agrees: bool | None = None
    read_at: datetime | None = None
    verdict: bool | None = None
    absent: bool = False
    verified_at: datetime | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    recalled: bool = False


@dataclass(frozen=True)
class Share:
    """So many of so many, and between which shares the truth lies 19 times in 20 (Wilson's interval)."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high. E. B. Wilson, J. Am. Stat. Assoc. 22 (1927): right for few, and for all or none of them."""
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.right / self.of
        middle, spread = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        whole = 1 + Z * Z / n
        return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def reading(alerts: Iterable[Ended]) -> Share:
    """Of the alerts whose plate a person read, those that were of the listed plate and state."""
    said = [one.agrees for one in alerts if one.agrees is not None]
    return Share(sum(said), len(said))


@enforces("6.f.i.2")
def read_correctly(alerts: Iterable[Ended]) -> Share:
    """The same, but for a camera: one that read a plate as it stands is not wrong since a look-alike is listed."""
    judged = [one for one in alerts if one.agrees is not None]
    return Share(sum(bool(one.agrees) or one.outcome == Outcome.OTHER_PLATE for one in judged), len(judged))


def standing(alerts: Iterable[Ended]) -> Share:
    """Of the alerts that NCIC, FMCSA or the entering unit was asked about, those whose entry stood."""
    said = [one.verdict for one in alerts if one.verdict is not None]
    return Share(sum(said), len(said))


def absent(alerts: Iterable[Ended]) -> int:
    """How many are of own entries that NCIC does not have: counted apart, and neither right nor wrong."""
    return sum(one.absent for one in alerts)


def by(alerts: Iterable[Ended], key: Callable[[Ended], Key]) -> dict[Key, list[Ended]]:
    """The same alerts, apart by camera, list or kind of match."""
    apart: dict[Key, list[Ended]] = {}
    for one in alerts:
        apart.setdefault(key(one), []).append(one)
    return apart


@enforces("6.e.iv.3", "6.f.i.2")
def is_below(share: Share, floor: int) -> bool:
    """Whether this is below `floor` percent for sure: bad luck with a few alerts silences nobody."""
    return share.of >= ENOUGH and share.interval[1] < floor / 100


def results(alerts: Collection[Ended]) -> Counter[str]:
    """How they ended: an outcome, "recalled", or "open"."""
    return Counter(
        one.outcome or ("recalled" if one.recalled and one.closed_at else "open") for one in alerts
    )


@dataclass(frozen=True)
class Spans:
    """How long a step took from the arrival: the half that was fastest, and nine in ten, in seconds."""

    count: int
    half: float | None
    most: float | None


def spans(alerts: Iterable[Ended], when: Callable[[Ended], datetime | None]) -> Spans:
    """Of those that came so far."""
    took = sorted((at - one.arrived_at).total_seconds() for one in alerts if (at := when(one)))
    if not took:
        return Spans(0, None, None)
    return Spans(len(took), took[(len(took) - 1) // 2], took[(len(took) * 9 - 1) // 10])


def verdict(answer: Answer) -> bool | None:
    """What an answer says of the entry; None: the switch gave none that can be used, or it was about the carrier."""
    return {Answer.HIT: True, Answer.NO_RECORD: False}.get(answer)


@enforces("6.f.i.2")
def may_review(open_since: datetime | None, finding: str) -> Decision:
    """Whether a review can end here: something is withheld, and what was found is said."""
    if open_since is None:
        return Refusal("6.f.i.2", "Its alarm is not withheld.", "Look at the page again.")
    if sum(letter.isalpha() for letter in finding) < THOROUGH:
        return Refusal(
            "6.f.i.2",
            "The finding is too short.",
            "Say what was looked at, what was wrong, and what was done about it.",
            field="finding",
        )
    return Allow()
