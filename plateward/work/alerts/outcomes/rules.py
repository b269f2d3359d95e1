"""How often alerts are right, how certain that is, and when a camera or list is muted. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import TypeVar

from plateward.core.decisions.rules import must_say
from plateward.ground.policy.decision import Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import AlertOutcome, VerificationAnswer

Z = 1.96  # normal distribution: the interval is right 19 times in 20 (95%)
MIN_JUDGED = 20  # minimum of judged alerts before a source is muted
PERIOD = timedelta(days=90)  # older alerts say little about a camera since cleaned or a list since fixed

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class AlertProgress:
    """One alert, as far as people have handled it. None: not yet. `verified_at` is the first answer that says
    anything about the plate; `verdict`: whether the last such answer was a hit, unless a person found the
    entry stale. For an own entry the entering unit's answer counts too, and NCIC not having it (`absent`) is
    no verdict: NCIC never had most of these."""

    reader: int
    hotlist: int
    kind: str
    arrived_at: datetime
    agrees: bool | None = None
    read_at: datetime | None = None
    verdict: bool | None = None
    absent: bool = False
    verified_at: datetime | None = None
    outcome: AlertOutcome | None = None
    closed_at: datetime | None = None
    recalled: bool = False


@dataclass(frozen=True)
class Proportion:
    """A count of a total, and the 95% confidence interval of its share (Wilson's interval)."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None if the total is 0."""
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high. E. B. Wilson, J. Am. Stat. Assoc. 22 (1927): holds for few, and for all or none."""
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.right / self.of
        middle, spread = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        whole = 1 + Z * Z / n
        return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def agreeing_reads(alerts: Iterable[AlertProgress]) -> Proportion:
    """Of alerts whose plate a person read, those with the listed plate and state."""
    answers = [alert.agrees for alert in alerts if alert.agrees is not None]
    return Proportion(sum(answers), len(answers))


def read_correctly(alerts: Iterable[AlertProgress]) -> Proportion:
    """The same for a camera: reading a plate correctly is not its error when a look-alike is listed."""
    judged = [alert for alert in alerts if alert.agrees is not None]
    return Proportion(
        sum(bool(alert.agrees) or alert.outcome == AlertOutcome.OTHER_PLATE for alert in judged), len(judged)
    )


def entries_on_file(alerts: Iterable[AlertProgress]) -> Proportion:
    """Of alerts that NCIC, FMCSA or the entering unit was asked about, those with a valid entry."""
    verdicts = [alert.verdict for alert in alerts if alert.verdict is not None]
    return Proportion(sum(verdicts), len(verdicts))


def count_absent(alerts: Iterable[AlertProgress]) -> int:
    """How many are of own entries that NCIC lacks: counted separately, neither right nor wrong."""
    return sum(alert.absent for alert in alerts)


def group_by(
    alerts: Iterable[AlertProgress], key: Callable[[AlertProgress], Key]
) -> dict[Key, list[AlertProgress]]:
    """Group alerts by camera, list or kind of match."""
    apart: dict[Key, list[AlertProgress]] = {}
    for alert in alerts:
        apart.setdefault(key(alert), []).append(alert)
    return apart


@enforces("6.f.i.2/on")
def is_below(share: Proportion, floor: int) -> bool:
    """Whether it is certainly below `floor` percent: bad luck with a few alerts mutes nothing."""
    return share.of >= MIN_JUDGED and share.interval[1] < floor / 100


def count_results(alerts: Collection[AlertProgress]) -> Counter[str]:
    """Outcomes: an outcome, "recalled", or "open"."""
    return Counter(
        alert.outcome or ("recalled" if alert.recalled and alert.closed_at else "open") for alert in alerts
    )


@dataclass(frozen=True)
class Durations:
    """Seconds from the alert's arrival to a step: median and 90th percentile."""

    count: int
    half: float | None
    most: float | None


def durations_until(
    alerts: Iterable[AlertProgress], reached_at: Callable[[AlertProgress], datetime | None]
) -> Durations:
    """Only of alerts that reached the step."""
    took = sorted((at - alert.arrived_at).total_seconds() for alert in alerts if (at := reached_at(alert)))
    if not took:
        return Durations(0, None, None)
    return Durations(len(took), took[(len(took) - 1) // 2], took[(len(took) * 9 - 1) // 10])


def verdict(answer: VerificationAnswer) -> bool | None:
    """What an answer says about the entry; None: it was unusable, or about the carrier."""
    return {VerificationAnswer.HIT: True, VerificationAnswer.NO_RECORD: False}.get(answer)


def may_review(open_since: datetime | None, finding: str) -> Decision:
    """Whether a review can end here: something is muted, and the finding is stated."""
    if open_since is None:
        return Refusal("6.f.i.2", "This alarm is not muted.", "Reload the page.")
    how = "State what was checked, what was wrong, and what was done about it."
    return must_say("6.f.i.2", finding, "The finding is too short.", how, "finding")
