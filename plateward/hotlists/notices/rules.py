"""Whether a person may turn off their notices about a list. Pure."""

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces


@enforces("5.h")
def may_turn_off(person: int, acting_owner: int | None) -> Decision:
    """`acting_owner`: the key of the list's owner, if that person can act on it now. Somebody always hears that a list
    was not refreshed, waits for a decision or is muted."""
    if acting_owner is None:
        return Refusal(
            "5.h",
            "No owner who can act on this list is named.",
            "Name an administrator with access, and in its audience, as its owner in its settings.",
        )
    if acting_owner == person:
        return Refusal("5.h", "You own this list.", "Name another owner in its settings first.")
    return Allow()
