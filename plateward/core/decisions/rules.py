"""What every reviewed decision asks for: not one's own, the version that was seen, a text that says enough. Pure."""

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

# Letters: of a name; of any text that must say something; of what the clause wants documented.
NAME, ENOUGH, THOROUGH = 2, 8, 20


@enforces("6.f.i.1/nobody", "6.b.i.8/scope")
def may_review(clause: str, matter: str, *, own: bool, assigned: bool, with_whom: str) -> Decision:
    """Whether somebody may review this matter: never their own, and only what the chain of command gives to them.
    `with_whom`: with whom it is, in a sentence."""
    if own:
        return Refusal(clause, f"You cannot review your own {matter}.", with_whom)
    if not assigned:
        return Refusal(clause, f"You are not the reviewer of this {matter}.", with_whom)
    return Allow()


def is_as_seen(clause: str, matter: str, seen: object, current: object) -> Decision:
    """Whether the matter is still what the person saw who decides it: `seen` and `current` are its version, or
    whatever else tells one from another."""
    if seen == current:
        return Allow()
    return Refusal(clause, f"This {matter} changed after you opened it.", "Review it again, then decide.")


def says_enough(text: str, letters: int = ENOUGH) -> bool:
    """Whether it has at least this many letters: neither blanks, digits nor dots say anything."""
    return sum(character.isalpha() for character in text) >= letters


def must_say(
    clause: str, text: str, reason: str, help: str, field: str = "text", letters: int = THOROUGH
) -> Decision:
    """Whether it says enough; if not, refused for this reason, with what to do, at this field of the form."""
    return Allow() if says_enough(text, letters) else Refusal(clause, reason, help, field=field)
