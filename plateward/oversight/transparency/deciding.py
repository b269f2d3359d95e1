"""When a year may be counted and approved. Pure."""

from datetime import date
from functools import partial

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

_refusal = partial(Refusal, "SB40.report")
FIRST_YEAR = 2020


@enforces("SB40.report/yearly")
def may_count(year: int, today: date, *, counting: bool) -> Decision:
    """Whether a year may be counted: one that is over, and not twice at once."""
    if not FIRST_YEAR <= year < today.year:
        return _refusal(
            f"{year} is not over yet, or not a year of this system.",
            f"Choose a year from {FIRST_YEAR} to {today.year - 1}.",
            field="year",
        )
    if counting:
        return _refusal(f"{year} is being counted.", "Wait until it is done.", field="year")
    return Allow()


@enforces("SB40.report/yearly")
def may_approve(*, counted: bool, approved: bool, own: bool) -> Decision:
    """Whether the Chief may approve a report."""
    if own:
        return _refusal("You asked for this report yourself.", "Somebody else approves it.")
    if approved:
        return _refusal("This report is approved already.", "Reload the page.")
    if not counted:
        return _refusal("This report is still being counted.", "Wait until it is done.")
    return Allow()
