"""Whether an entry may be recalled, which lines the recall holds back, and who lets a plate return. Pure."""

from plateward.core.decisions.rules import ENOUGH, must_say, says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

REVIEW = "6.f.i.1"
NOT_HELD_BACK = Refusal(
    REVIEW, "This plate is no longer held back.", "Its source dropped it, or its return was already approved."
)


@enforces("6.f.i.1/recall", "6.b.i.9/entries")
def may_recall(in_force: bool, reason: str) -> Decision:
    """The entry must be in force, with a reason that tells those who saw an alert of it why to stop."""
    if not in_force:
        return Refusal(
            "6.f.i.1", "This entry is no longer in force.", "There is nothing to recall; see its history."
        )
    help = "State in a sentence why no one may act on it, e.g. “Recovered by Santa Fe PD; the owner has it back.”"
    return must_say("6.b.i.9", reason, "The reason is too short.", help, "reason", ENOUGH)


@enforces("6.f.i.1/recall", "6.b.i.9/entries")
def may_request_return(held_back: bool, waiting: bool, reason: str) -> Decision:
    """Whether the return of a recalled plate may be requested."""
    if not held_back:
        return NOT_HELD_BACK
    if waiting:
        return Refusal(REVIEW, "Its return was already requested.", "A supervisor decides on it.")
    help = "State what its source confirmed, who said so and when."
    return must_say("6.b.i.9", reason, "The reason for the return is not stated.", help, "", ENOUGH)


@enforces("6.f.i.1/nobody")
def may_decide_return(asked_by: str, decider: str, waiting: bool, approves: bool, answer: str) -> Decision:
    """Whether this person may decide on a return; nobody decides on their own."""
    if not waiting:
        return Refusal(
            REVIEW, "This return was already decided, or its source dropped the plate.", "Reload the page."
        )
    if asked_by == decider:
        return Refusal(REVIEW, "You cannot decide your own request.", "Another supervisor decides.")
    if not approves and not says_enough(answer):
        return Refusal(REVIEW, "The reason for the denial is missing.", "State why it stays off the list.")
    return Allow()
