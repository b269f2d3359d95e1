"""Who may share a read with whom. Pure."""

from datetime import datetime, timedelta

from plateward.alerts.wording import is_specific
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.searches.reasons.barred import may_leave_for

CLAUSE = "6.e.ii"
LONGEST = timedelta(days=30)


@enforces("6.e.ii", "6.c.ii")
def may_share_read(*, own: bool, to_self: bool, sees_it: bool, hindered: bool) -> Decision:
    """Whether this person may share this read with that colleague. `own`: their unit's reader took it; `sees_it`: the
    colleague sees it already; `hindered`: the colleague may see no reads now."""
    if not own:
        return Refusal(CLAUSE, "This is not your unit's read.", "Ask the unit whose reader took it.")
    if to_self:
        return Refusal(CLAUSE, "You already see this read.", "Choose a colleague.", field="to")
    if hindered:
        return Refusal(
            CLAUSE,
            "This colleague does not currently have access to reads.",
            "Choose another, or have their access restored first.",
            field="to",
        )
    if sees_it:
        return Refusal(CLAUSE, "This colleague already sees this read.", "Give them its address.", field="to")
    return Allow()


@enforces("6.e.ii", "SB40.share")
def may_share_for(purpose: str, ends_at: datetime, now: datetime) -> Decision:
    """Whether it is shared for a purpose that says something and that the law allows, and for a time."""
    if isinstance(barred := may_leave_for(purpose, "purpose"), Refusal):
        return barred
    if not is_specific(purpose):
        return Refusal(
            CLAUSE,
            "The purpose of sharing is not stated.",
            "State in a sentence what your colleague needs it for, and in which case.",
            field="purpose",
        )
    if not now < ends_at <= now + LONGEST:
        return Refusal(
            CLAUSE,
            f"A read is shared for at most {LONGEST.days} days.",
            "Choose an earlier last day.",
            field="until",
        )
    return Allow()


@enforces("6.e.ii")
def may_end(*, own: bool, over: bool) -> Decision:
    """Whether this person may withdraw a share."""
    if not own:
        return Refusal(CLAUSE, "You did not share this read.", "Only the person who shared it can end it.")
    return Refusal(CLAUSE, "This share has already ended.", "Reload the page.") if over else Allow()
