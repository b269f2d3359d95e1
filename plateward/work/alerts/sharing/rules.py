"""Who may show something to whom: an alert here, a read in searches.sharing. Pure."""

from datetime import datetime, timedelta

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.barred import may_leave_for
from plateward.work.alerts.wording import must_tell

CLAUSE = "6.e.ii"
LONGEST = timedelta(days=30)
DURATIONS = {1: "A day", 7: "A week", LONGEST.days: f"{LONGEST.days} days"}


@enforces("6.e.ii/share", "6.c.ii/lists")
def may_share(*, in_audience: bool, covert: bool, to_self: bool, sees_it: bool, hindered: bool) -> Decision:
    """Whether this person may share this alert with that colleague. `in_audience`: this person is in the list's
    audience; the others as `may_see_shared` has them."""
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
    return may_see_shared("alert", to_self=to_self, sees_it=sees_it, hindered=hindered)


@enforces("6.e.ii/share", "6.c.ii/lists")
def may_see_shared(thing: str, *, to_self: bool, sees_it: bool, hindered: bool) -> Decision:
    """Whether a colleague may be given this `thing` ("alert"). `sees_it`: they see it already; `hindered`: they may see
    none now."""
    if to_self:
        return Refusal(CLAUSE, f"You already see this {thing}.", "Choose a colleague.", field="to")
    if hindered:
        return Refusal(
            CLAUSE,
            f"This colleague does not currently have access to {thing}s.",
            "Choose another, or have their access restored first.",
            field="to",
        )
    if sees_it:
        return Refusal(
            CLAUSE, f"This colleague already sees this {thing}.", "You need not share it.", field="to"
        )
    return Allow()


@enforces("6.e.ii/share", "SB40.share/words", "SB40.share/recorded")
def is_sufficient_purpose(text: str) -> Decision:
    """Whether somebody else can tell from it what the colleague is to do, and the law allows that."""
    if isinstance(barred := may_leave_for(text, "purpose"), Refusal):
        return barred
    how = "State in a sentence what your colleague needs it for, and in which case."
    return must_tell(CLAUSE, text, "The purpose of sharing is not stated.", how, "purpose")


@enforces("6.e.ii/share")
def may_last_until(ends_at: datetime, now: datetime) -> Decision:
    """Whether a share may last so long."""
    if now < ends_at <= now + LONGEST:
        return Allow()
    return Refusal(
        CLAUSE, f"A share lasts at most {LONGEST.days} days.", "Choose an earlier last day.", field="until"
    )


@enforces("6.e.ii/share")
def may_end(thing: str, *, own: bool, over: bool) -> Decision:
    """Whether this person may end a share early."""
    if not own:
        return Refusal(
            CLAUSE, f"You did not share this {thing}.", "Only the person who shared it can end it."
        )
    return Refusal(CLAUSE, "This share has already ended.", "Reload the page.") if over else Allow()
