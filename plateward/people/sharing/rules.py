"""Who signs the sharing configuration, and what of it. Pure."""

from functools import partial

from plateward.core.decisions.rules import ENOUGH, is_as_seen, may_review, must_say
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

CLAUSE = "AC-3"
MATTER = "sharing configuration"
_refusal = partial(Refusal, CLAUSE)


@enforces("AC-3/signed", "AC-4/flow")
def may_sign(seen: str, running: str, in_force: str, waiting: str, why: str) -> Decision:
    """Whether the administrator may sign what runs; each is a digest, empty if there is none. `seen`: as their page
    showed it."""
    decision = is_as_seen(CLAUSE, MATTER, seen, running)
    if isinstance(decision, Refusal):
        return decision
    if running == waiting:
        return _refusal("This configuration is signed already.", "It waits for the Chief’s countersignature.")
    if running == in_force:
        return _refusal("This configuration is in force already.", "There is nothing to sign.")
    return must_say(
        CLAUSE, why, "The reason is too short.", "Say in a sentence what changes, and why.", "why"
    )


@enforces("AC-3/signed", "AC-4/flow")
def may_decide(*, own: bool, newest: bool, decided: bool, as_seen: bool) -> Decision:
    """Whether the Chief may countersign or return this document: not their own, the newest, undecided, and compared
    with what is in force and runs now (`as_seen`)."""
    if decided:
        return _refusal("This sharing configuration is already decided.", "See it under Sharing.")
    if not newest:
        return _refusal("The administrator signed a newer configuration.", "Decide that one, under Sharing.")
    other = "Another person in the Chief’s office must decide."
    decision = may_review(CLAUSE, MATTER, own=own, assigned=True, with_whom=other)
    return decision if isinstance(decision, Refusal) else is_as_seen(CLAUSE, MATTER, True, as_seen)


@enforces("AC-3/signed", "AC-4/flow")
def may_countersign(signed: str, running: str) -> Decision:
    """Whether what the administrator signed is what runs."""
    if signed == running:
        return Allow()
    return _refusal(
        "The settings changed after the administrator signed.",
        "Return it. The administrator must sign the current settings.",
    )


def may_return(note: str) -> Decision:
    """Whether the administrator is told why."""
    return must_say(CLAUSE, note, "The note is too short.", "Say what must change.", "note", ENOUGH)


@enforces("6.h.i/release", "SB40.confid/audit")
def may_turn(reason: str, *, same: bool) -> Decision:
    """Whether something may be turned on or off for the public."""
    if same:
        return Refusal("6.h.i", "This is in effect already.", "Choose what to turn on or off.", field="what")
    help = "Say why, and what counsel said. It is on the log."
    return must_say("6.h.i", reason, "The reason is too short.", help, "reason")
