"""What may be decided about a finding, and which thresholds may be set. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from math import isfinite

from plateward.oversight.detectors.thresholds import Thresholds
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.review import says_enough
from plateward.policy.trace import enforces

LETTERS = 30  # of a reason
BY_REVIEWER = "audit review"  # the detector's name in a finding that a reviewer of the log opened
MEANINGS = {field.name: str(field.metadata["means"]) for field in fields(Thresholds)}
LARGEST = 1e6
# Smallest and largest value, by the end of the name; of several ends the first. Whatever else is above 0.
BOUNDS = {
    "_days": (1.0, 366.0),
    "_hours": (1.0, 744.0),
    "_minutes": (1.0, 1440.0),
    "_chance": (1e-12, 1.0),
    "_more": (1e-3, 1.0),
    "_rate": (1e-3, 1.0),
    "_share": (1e-3, 1.0),
    "_unexplained": (1e-3, 1.0),
    "_weight": (0.01, 1000.0),
    "off_shift_least": (1.0, 100.0),
    "habit_least": (1.0, 30.0),
    "": (1.0, LARGEST),
}


def bounds_of(name: str) -> tuple[float, float]:
    """The smallest and the largest value that this threshold may have."""
    return next(bounds for end, bounds in BOUNDS.items() if name.endswith(end))


@enforces("6.f.i.3")
def may_decide(decided: bool, text: str, *, barred: bool) -> Decision:
    """Whether an outcome may be recorded with this reason; never by somebody `barred`: the subject, anybody below them,
    or anybody who may be part of it."""
    if barred:
        return Refusal(
            "6.f.i.3",
            "It is about you or somebody above you, or you may be part of it.",
            "Somebody else decides.",
        )
    if decided:
        return Refusal("6.f.i.3", "This finding has an outcome already.", "Reload the page to see it.")
    if not says_enough(text, LETTERS):
        return Refusal(
            "6.f.i.3",
            "The reason is too short.",
            f"State in at least {LETTERS} letters what you looked at and what it showed.",
            field="text",
        )
    return Allow()


@enforces("6.h.i")
def may_set(name: str, value: float, reason: str) -> Decision:
    """Whether a threshold may have this value, for this reason."""
    if name not in MEANINGS:
        return Refusal("6.h.i", "There is no such threshold.", "Choose one from the list.", field="name")
    least, most = bounds_of(name)
    if not isfinite(value) or not least <= value <= most:
        return Refusal(
            "6.h.i",
            "The value is out of range.",
            f"Enter a number from {least:g} to {most:,.0f}.",
            field="value",
        )
    if not says_enough(reason, LETTERS):
        return Refusal(
            "6.h.i",
            "The reason is too short.",
            f"State in at least {LETTERS} letters why this value is right.",
            field="reason",
        )
    return Allow()


def thresholds_of(values: Mapping[str, float]) -> Thresholds:
    """The defaults, with these values in their place; one out of range counts as the nearest that is not."""
    within = {}
    for name in values.keys() & MEANINGS.keys():
        least, most = bounds_of(name)
        within[name] = min(max(values[name], least), most)
    return Thresholds(**within)
