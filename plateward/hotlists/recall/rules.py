"""Whether an entry may be recalled. Pure."""

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

LETTERS = 10


@enforces("6.f.i.1", "6.b.i.9")
def may_recall(in_force: bool, reason: str) -> Decision:
    """An entry that stands, with a reason that tells those who saw an alert of it why they must let go."""
    if not in_force:
        return Refusal(
            "6.f.i.1", "This entry is in force no more.", "There is nothing to recall; its history says why."
        )
    if sum(letter.isalpha() for letter in reason) < LETTERS:
        return Refusal(
            "6.b.i.9",
            "The reason is too short to be one.",
            "Say in a sentence why nobody may act on it, e.g. “Recovered by Santa Fe PD; the owner has it back.”",
        )
    return Allow()
