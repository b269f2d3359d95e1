"""The administrator sets how far the searches of a role reach: the only place that writes it."""

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.decisions.rules import THOROUGH, says_enough
from plateward.ground.policy.decision import Allow, Decision, Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.permissions import Role
from plateward.work.searches.models import Reach, SearchReach
from plateward.work.searches.scope import USUAL_REACH, reach_of


@enforces("6.b.i.8/scope", "6.e.ii/own")
def may_reach(role: str, reach: str, reason: str) -> Decision:
    """Whether the searches of this role may reach so far, for this reason."""
    if role not in USUAL_REACH or reach not in Reach:
        return Refusal(
            "6.b.i.8",
            "This is no role whose searches can be set, or no reach.",
            "Choose a role and a reach from the lists.",
        )
    if not says_enough(reason, THOROUGH):
        return Refusal(
            "6.b.i.8",
            "The reason does not say why the duty needs it.",
            "Say in a sentence what the role’s duty is, and who decided it.",
            field="reason",
        )
    return Allow()


@enforces("6.b.i.8/scope", "6.e.ii/own", "6.b.i.9/entries")
def set_reach(actor: PersonActor, role: str, reach: str, reason: str) -> None:
    """From now on, for running searches too. Raises Refused."""
    with act(actor, Event.SEARCH_REACH, f"role:{role}", reason=reason) as entry:
        require(may_reach(role, reach, reason))
        entry.note(reach=reach, before=str(reach_of(Role(role))))
        SearchReach.objects.create(role=role, reach=reach, reason=reason.strip(), by=actor.person)
