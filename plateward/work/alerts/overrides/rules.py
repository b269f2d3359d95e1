"""When the checks may be overridden, and who reviews it. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import TextChoices

from plateward.core.decisions import rules as review
from plateward.core.decisions.rules import ENOUGH, THOROUGH, must_say, says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import Facts
from plateward.work.alerts.rules import GATE, answered_no, closed_refusal, may_act
from plateward.work.alerts.wording import must_tell

REVIEWED_WITHIN = timedelta(hours=24)
LONGEST_EXCEPTION = timedelta(days=366)
NOT_ALLOWED = Refusal(
    GATE,
    "The checks of this clause cannot be overridden: the Chief has not allowed an exception for imminent danger.",
    "Complete the missing checks. The Chief can allow an exception, with its basis and until when, under Overrides, "
    "Exception.",
)


class AlertCheck(TextChoices):
    """The checks before an encounter."""

    CONFIRMATION = "confirmation", "plate and state were not confirmed from the image"
    OBSERVATION = "observation", "the plate was not seen on the vehicle itself"
    VEHICLE = "vehicle", "a difference from the vehicle description was not explained"
    VERIFICATION = "verification", "no current response verified it"


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


@enforces("6.e.iv.3/danger")
def may_override(facts: Facts, now: datetime, earlier: str = "", *, allowed: bool) -> Decision:
    """Whether missing checks may be overridden; a no stays a no. `earlier`: an earlier override, in words;
    only one counts. `allowed`: the policy has no exception, and the Chief has allowed one that is in force."""
    if facts.closed or facts.recalled:
        return closed_refusal(facts)
    if not allowed:
        return NOT_ALLOWED
    if earlier:
        return Refusal(GATE, earlier, "This alert was already overridden. See its history on its page.")
    answered = answered_no(facts, now)
    if isinstance(answered, Refusal):
        return answered
    if not missing_checks(facts, now):
        return Refusal(GATE, "All checks are complete.", "No override is needed: continue with step 4.")
    return Allow()


@enforces("6.e.iv.3/danger")
def is_sufficient_reason(text: str) -> Decision:
    """Whether somebody else can tell from it which danger left no time."""
    missing = "The danger that leaves no time for the checks is not described."
    how = "State in a sentence who is in danger, from whom, and what you see."
    return must_tell(GATE, text, missing, how, "why")


@enforces("6.e.iv.3/danger")
def may_allow(basis: str, until: datetime, now: datetime, *, in_force: bool) -> Decision:
    """Whether the Chief may allow an exception for imminent danger: on a basis, until a time, one at once."""
    if in_force:
        return Refusal(GATE, "An exception is already in force.", "End it first, then allow another.")
    if not says_enough(basis, THOROUGH):
        return Refusal(
            GATE,
            "The basis is not stated.",
            "Name the law, order or policy on which officers may act before the checks, and for which dangers.",
            field="basis",
        )
    if not now < until <= now + LONGEST_EXCEPTION:
        return Refusal(
            GATE,
            "The exception needs an end, within a year.",
            f"Enter a time from now on, at most {LONGEST_EXCEPTION.days} days ahead.",
            field="until",
        )
    return Allow()


@enforces("6.e.iv.3/danger")
def may_end(reason: str, *, in_force: bool) -> Decision:
    """Whether the Chief may end the exception before its time."""
    if not in_force:
        return Refusal(GATE, "No exception is in force.", "No action is needed.")
    why = "The reason it ends is not stated."
    return must_say(GATE, reason, why, "Describe it in a few words.", "reason", ENOUGH)


@enforces("6.e.iv.3/danger")
def may_review(own: bool, assigned: bool, reviewed: bool, text: str) -> Decision:
    """Whether this person may record the review's finding: never their own override, and once."""
    decision = review.may_review(
        GATE, "override", own=own, assigned=assigned, with_whom="Its page shows who reviews it."
    )
    if isinstance(decision, Refusal):
        return decision
    if reviewed:
        return Refusal(GATE, "This override was already reviewed.", "See the finding on its page.")
    how = "State what you reviewed, and why it was justified or not."
    return must_say(GATE, text, "The finding is too short.", how)


@enforces("6.e.iv.3/danger")
def is_late(referred_at: datetime, now: datetime) -> bool:
    """Whether it escalates: the referred reviewer let a day pass."""
    return now - referred_at >= REVIEWED_WITHIN
