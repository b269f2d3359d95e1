"""Who may share a read with whom. Pure."""

from datetime import datetime, timedelta

from plateward.alerts.wording import is_specific
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.searches.reasons import text as characters
from plateward.searches.reasons.barred import barred_ground

CLAUSE = "6.e.ii"
SHIFT = timedelta(hours=12)  # one's own unit's reads of so long
LONGEST = timedelta(days=30)


@enforces("6.e.ii", "6.c.ii")
def may_share_read(*, own: bool, to_self: bool, sees_it: bool, hindered: bool) -> Decision:
    """Whether this person may share this read with that colleague. `own`: their unit's reader took it; `sees_it`: the
    colleague sees it already; `hindered`: the colleague may see no reads now."""
    if not own:
        return Refusal(CLAUSE, "It is not your unit's read.", "Ask the unit whose reader took it.")
    if to_self:
        return Refusal(CLAUSE, "You see this read already.", "Name a colleague.", field="to")
    if hindered:
        return Refusal(
            CLAUSE,
            "This colleague has no access in force with which to see reads.",
            "Name another.",
            field="to",
        )
    if sees_it:
        return Refusal(CLAUSE, "This colleague sees this read already.", "Give them its address.", field="to")
    return Allow()


@enforces("6.e.ii", "SB40.share")
def may_share_for(purpose: str, ends_at: datetime, now: datetime) -> Decision:
    """Whether it is shared for a purpose that says something and that the law allows, and for a time."""
    if ground := barred_ground(characters.plain(purpose)):
        return Refusal(
            ground.clause,
            f"It points to {ground.says}: no read may be shared for that.",
            "Ask the ALPR administrator if you were asked to share it.",
            field="purpose",
        )
    if not is_specific(purpose):
        return Refusal(
            CLAUSE,
            "This does not say for which purpose it is shared.",
            "Say in a sentence what your colleague is to do with it, and in which case.",
            field="purpose",
        )
    if not now < ends_at <= now + LONGEST:
        return Refusal(
            CLAUSE,
            f"A read is shared for at most {LONGEST.days} days.",
            "Give a day within them.",
            field="until",
        )
    return Allow()


@enforces("6.e.ii")
def may_end(*, own: bool, over: bool) -> Decision:
    """Whether this person may withdraw a share."""
    if not own:
        return Refusal(CLAUSE, "Somebody else shared it.", "Who shared it withdraws it.")
    return Refusal(CLAUSE, "It has ended already.", "Reload the page.") if over else Allow()
