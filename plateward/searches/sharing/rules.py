"""Whose reads one may share; with whom, why and how long, alerts.sharing says. Pure."""

from plateward.alerts.sharing.rules import CLAUSE, may_see_shared
from plateward.policy.decision import Decision, Refusal
from plateward.policy.trace import enforces


@enforces("6.e.ii", "6.c.ii")
def may_share_read(*, own: bool, to_self: bool, sees_it: bool, hindered: bool) -> Decision:
    """Whether this person may share this read with that colleague. `own`: their unit's reader took it; the others as
    `may_see_shared` has them."""
    if not own:
        return Refusal(CLAUSE, "This is not your unit's read.", "Ask the unit whose reader took it.")
    return may_see_shared("read", to_self=to_self, sees_it=sees_it, hindered=hindered)
