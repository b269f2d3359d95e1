"""What leaves the hub is marked, and said to go to somebody for police work."""

from plateward.core.cases.rules import flaw
from plateward.core.pages.fields import LongTextField
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.barred import may_leave_for
from plateward.work.alerts.wording import telling_words


class UseField(LongTextField):
    """Who gets it, and for what. `says_where_to` decides whether it is said."""

    def __init__(self) -> None:
        super().__init__(
            rows=2,
            label="Who gets it, and for what",
            max_length=400,
            help_text="Saved in the audit log. Records handles any release outside law enforcement (clause 6.h.iii).",
        )


@enforces("6.h.iii", "6.e.iii", "SB40.share")
def says_where_to(use: str) -> Decision:
    """Whether it is said who gets it, in any words but those that fit every case, and the law allows that."""
    if isinstance(barred := may_leave_for(use, "use"), Refusal):
        return barred
    if telling_words(use):
        return Allow()
    return Refusal(
        "6.h.iii",
        "This does not say who gets this, and for what.",
        "Name the person or office, as “district attorney”. Records handles any release outside law enforcement.",
        field="use",
    )


@enforces("6.h.iii", "6.h.iv", "6.e.iii")
def may_take_along(number: str, use: str) -> Decision:
    """Whether a case is named, and who gets the copy for what police work."""
    if wrong := flaw(number):
        return Refusal(
            "6.h.iii",
            f"“{number}” {wrong}.",
            "Enter the CAD or case number that the copy is for.",
            field="number",
        )
    return says_where_to(use)
