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
            "The list of this alert is covert: its alerts are for those alone whom it names.",
            "Ask whoever keeps the list to name your colleague.",
        )
    if not in_audience:
        return Refusal(
            CLAUSE, "It was shared with you, and is not yours to share.", "Ask whoever shared it with you."
        )
    if to_self:
        return Refusal(CLAUSE, "You see this alert already.", "Name a colleague.", field="to")
    if hindered:
        return Refusal(
            CLAUSE,
            "This colleague has no access in force with which to see alerts.",
            "Name another, or have their access mended first.",
            field="to",
        )
    if sees_it:
        return Refusal(CLAUSE, "This colleague sees this alert already.", "Tell them its number.", field="to")
    return Allow()


@enforces("6.e.ii")
def is_sufficient_purpose(text: str) -> Decision:
    """Whether somebody else can tell from it what the colleague is to do."""
    if is_specific(text):
        return Allow()
    return Refusal(
        CLAUSE,
        "This does not say for which purpose it is shared.",
        "Say in a sentence what your colleague is to do with it, and in which case.",
        field="purpose",
    )


@enforces("6.e.ii")
def may_end(*, own: bool, over: bool) -> Decision:
    """Whether this person may end a share early."""
    if not own:
        return Refusal(CLAUSE, "Somebody else shared it.", "Who shared it ends it.")
    return Refusal(CLAUSE, "It has ended already.", "Look at the page again.") if over else Allow()


def duration(days: int) -> timedelta:
    """How long a share lasts."""
    return timedelta(days=days)
