"""What may be decided about a finding, and which numbers of the detectors may be set. Pure."""

from collections.abc import Mapping
from functools import partial
from math import isfinite

from plateward.core.audit.events import Event
from plateward.core.decisions.rules import THOROUGH, must_say
from plateward.ground.policy.decision import Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.every import DETECTORS

BY_REVIEWER = "audit review"  # the detector's name in a finding that a reviewer of the log opened
BY_PERSON = "report of misuse"  # and in one that anybody reported
EXPORTS = (  # files with plates or people that leave
    Event.ACCESS_EXPORT,
    Event.ALERT_PRINT,
    Event.AUDIT_EXPORT,
    Event.CUSTODY_EXPORT,
    Event.EVIDENCE_DOWNLOAD,
    Event.HOTLIST_EXPORT,
    Event.IMAGE_DOWNLOAD,
    Event.IMAGE_PRINT,
    Event.INVESTIGATION_EXPORT,
    Event.REVIEW_EXPORT,
    Event.SEARCH_EXPORT,
)
refuse = partial(Refusal, "6.f.i.3")
LARGEST = 1e6
LONGEST = 366.0  # days
Numbers = Mapping[str, Mapping[str, float]]  # by detector and name


def names() -> list[str]:
    """Every number of a detector: “repeated plate.days”."""
    return [f"{each.name}.{number}" for each in DETECTORS.values() for number in each.numbers]


def words_of(name: str) -> str:
    """A number as pages name it: “Repeated plate, days”."""
    detector, _, number = name.rpartition(".")
    return f"{detector}, {number}".capitalize() if detector else name


def bounds_of(name: str) -> tuple[float, float]:
    """The smallest and the largest value that this number may have."""
    return 1.0, LONGEST if name.endswith(".days") else LARGEST


@enforces("6.f.i.3/investigate")
def may_decide(decided: bool, text: str, *, barred: bool) -> Decision:
    """Whether an outcome may be recorded with this reason; never by somebody `barred`: the subject, anybody below them,
    or anybody who may be part of it."""
    if barred:
        return refuse(
            "It is about you or someone above you, or you may be involved.", "Somebody else decides."
        )
    if decided:
        return refuse("This finding already has an outcome.", "Reload the page to see it.")
    how = f"State in at least {THOROUGH} letters what you looked at and what it showed."
    return must_say("6.f.i.3", text, "The reason is too short.", how)


@enforces("6.f.i.3/investigate")
def may_report(what: str, *, own: bool) -> Decision:
    """Whether misuse may be reported; `own`: the person reports themself."""
    if own:
        return refuse("This is you.", "Tell your supervisor.", field="subject")
    how = f"Say in at least {THOROUGH} letters what they did."
    return must_say("6.f.i.3", what, "The report is too short.", how, "what")


def may_set(name: str, value: float, reason: str) -> Decision:
    """Whether a threshold may have this value, for this reason."""
    if name not in names():
        return Refusal("6.h.i", "There is no such threshold.", "Choose one from the list.", field="name")
    least, most = bounds_of(name)
    if not isfinite(value) or not least <= value <= most:
        return Refusal(
            "6.h.i",
            "The value is out of range.",
            f"Enter a number from {least:g} to {most:,.0f}.",
            field="value",
        )
    how = f"State in at least {THOROUGH} letters why this value is right."
    return must_say("6.h.i", reason, "The reason is too short.", how, "reason")


def numbers_of(values: Mapping[str, float]) -> Numbers:
    """The defaults, with these values in their place; one out of range counts as the nearest that is not."""
    numbers = {each.name: dict(each.numbers) for each in DETECTORS.values()}
    for name in values.keys() & names():
        detector, _, number = name.rpartition(".")
        least, most = bounds_of(name)
        numbers[detector][number] = min(max(values[name], least), most)
    return numbers


def value_of(numbers: Numbers, name: str) -> float:
    """One of them."""
    detector, _, number = name.rpartition(".")
    return numbers[detector][number]
