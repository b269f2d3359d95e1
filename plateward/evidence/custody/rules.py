"""What must be said before an image is taken along. Pure."""

from plateward.alerts.leaving import says_where_to
from plateward.cases.rules import flaw
from plateward.policy.decision import Decision, Refusal
from plateward.policy.trace import enforces


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
