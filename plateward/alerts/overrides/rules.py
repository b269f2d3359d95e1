"""When the checks may be overridden, and who reviews it. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from plateward.alerts.facts import Facts
from plateward.alerts.rules import GATE, answered_no, closed_refusal, may_act
from plateward.alerts.wording import MIN_LETTERS, is_specific
from plateward.policy import review
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

REVIEWED_WITHIN = timedelta(hours=24)


class AlertCheck(StrEnum):
    """The checks before an encounter."""

    CONFIRMATION = "confirmation"
    OBSERVATION = "observation"
    VEHICLE = "vehicle"
    VERIFICATION = "verification"


CHECK_TEXT = {
    AlertCheck.CONFIRMATION: "plate and state were not read from the image",
    AlertCheck.OBSERVATION: "the plate was not seen on the vehicle itself",
    AlertCheck.VEHICLE: "a difference of the vehicle from its description was not explained",
    AlertCheck.VERIFICATION: "there was no fresh answer that verifies it",
}


def missing_checks(facts: Facts, now: datetime) -> tuple[AlertCheck, ...]:
    """The checks that nobody has made, or not recently enough."""
    rest = replace(
        facts,
        agrees=True,
        observed=True,
        other_class=False,
        unexplained=frozenset(),
        doubted=frozenset(),
        overridden=False,
        acts=frozenset(),
    )
    absent = {
        AlertCheck.CONFIRMATION: facts.agrees is None,
        AlertCheck.OBSERVATION: facts.observed is None,
        AlertCheck.VEHICLE: bool(facts.unexplained),
        AlertCheck.VERIFICATION: isinstance(may_act(rest, now), Refusal),
    }
    return tuple(check for check in AlertCheck if absent[check])


@enforces("6.e.iv.3")
def may_override(facts: Facts, now: datetime, earlier: str = "") -> Decision:
    """Whether missing checks may be overridden; a no stays a no. `earlier`: an earlier override, in words;
    only one counts."""
    if facts.closed or facts.recalled:
        return closed_refusal(facts)
    if earlier:
        return Refusal(GATE, earlier, "An alert is overridden once. Read on its page what became of it.")
    answered = answered_no(facts, now)
    if isinstance(answered, Refusal):
        return answered
    if not missing_checks(facts, now):
        return Refusal(GATE, "Every check is made.", "There is nothing to override: go on with step 4.")
    return Allow()


@enforces("6.e.iv.3")
def is_sufficient_reason(text: str) -> Decision:
    """Whether somebody else can tell from it which danger left no time."""
    if is_specific(text):
        return Allow()
    return Refusal(
        GATE,
        "This does not say which danger leaves no time for the checks.",
        "Say in a sentence what is happening: who is in danger, from whom, and what you see.",
        field="why",
    )


@enforces("6.e.iv.3", "6.f.i.1")
def may_review(own: bool, assigned: bool, reviewed: bool, text: str) -> Decision:
    """Whether this person may record the review's finding: never their own override, and once."""
    decision = review.may_review(
        GATE, "override", own=own, assigned=assigned, with_whom="Its page says with whom it is."
    )
    if isinstance(decision, Refusal):
        return decision
    if reviewed:
        return Refusal(GATE, "This override was reviewed already.", "Read on its page what was found.")
    if not review.says_enough(text, MIN_LETTERS):
        return Refusal(
            GATE,
            "The finding is too short to be one.",
            "Say what you looked at, and why it was justified or not.",
            field="text",
        )
    return Allow()


@enforces("6.e.iv.3")
def is_late(referred_at: datetime, now: datetime) -> bool:
    """Whether it escalates: the referred reviewer let a day pass."""
    return now - referred_at >= REVIEWED_WITHIN
