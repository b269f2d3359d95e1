"""Who may show an alert to whom. Pure."""

from datetime import timedelta

from plateward.alerts.wording import is_specific
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

CLAUSE = "6.e.ii"
DURATIONS = {1: "A day", 7: "A week", 30: "30 days"}


@enforces("6.e.ii", "6.c.ii")
def may_share(*, in_audience: bool, covert: bool, to_self: bool, sees_it: bool, hindered: bool) -> Decision:
    """Whether this person may share this alert with that colleague. `in_audience`: this person is in the
    list's audience; `sees_it`: the colleague already sees it; `hindered`: they may see no alerts now."""
    if covert:
        return Refusal(
            "6.c.ii",
            "This alert's list is covert: only the people it names see its alerts.",
            "Ask the list's administrator to add your colleague.",
        )
    if not in_audience:
        return Refusal(
            CLAUSE, "You cannot share an alert that was shared with you.", "Ask the person who shared it."
        )
    if to_self:
        return Refusal(CLAUSE, "You already see this alert.", "Choose a colleague.", field="to")
    if hindered:
        return Refusal(
            CLAUSE,
            "This colleague does not currently have access to alerts.",
            "Choose another, or have their access restored first.",
            field="to",
        )
    if sees_it:
        return Refusal(CLAUSE, "This colleague already sees this alert.", "Give them its number.", field="to")
    return Allow()


@enforces("6.e.ii")
def is_sufficient_purpose(text: str) -> Decision:
    """Whether somebody else can tell from it what the colleague is to do."""
    if is_specific(text):
        return Allow()
    return Refusal(
        CLAUSE,
        "The purpose of sharing is not stated.",
        "State in a sentence what your colleague needs it for, and in which case.",
        field="purpose",
    )


@enforces("6.e.ii")
def may_end(*, own: bool, over: bool) -> Decision:
    """Whether this person may end a share early."""
    if not own:
        return Refusal(CLAUSE, "You did not share this alert.", "Only the person who shared it can end it.")
    return Refusal(CLAUSE, "This share has already ended.", "Reload the page.") if over else Allow()


def duration(days: int) -> timedelta:
    """How long a share lasts."""
    return timedelta(days=days)
