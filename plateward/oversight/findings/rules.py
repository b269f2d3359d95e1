"""What may be decided about a finding, and which thresholds may be set. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from math import isfinite

from plateward.oversight.detectors.thresholds import Thresholds
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.review import says_enough
from plateward.policy.trace import enforces

LETTERS = 30  # of a reason
MEANINGS = {field.name: str(field.metadata["means"]) for field in fields(Thresholds)}
LARGEST = 1e6


@enforces("6.f.i.3")
def may_decide(decided: bool, text: str) -> Decision:
    """Whether an outcome may be recorded with this reason."""
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
    if not isfinite(value) or not 0 < value <= LARGEST:
        return Refusal(
            "6.h.i",
            "A threshold is a number above 0.",
            f"Enter one of at most {LARGEST:,.0f}.",
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
    """The defaults, with these values in their place."""
    return Thresholds(**{name: value for name, value in values.items() if name in MEANINGS})
