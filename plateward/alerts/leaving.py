"""What leaves the hub is marked, and said to go to somebody for police work."""

from plateward.alerts.wording import is_specific
from plateward.pages.fields import LongTextField
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.reasons.barred import may_leave_for

MARKING = "CJI. Confidential: investigative lead only, verify before acting."


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
    """Whether it is said who gets it, and for what, and the law allows that."""
    if isinstance(barred := may_leave_for(use, "use"), Refusal):
        return barred
    if is_specific(use):
        return Allow()
    return Refusal(
        "6.h.iii",
        "This does not say who gets this, and for what.",
        "Name the people and the work. Records handles any release outside law enforcement.",
        field="use",
    )
