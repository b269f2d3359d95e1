"""How far the searches of each role reach, as a section of the sharing configuration."""

from plateward.core.audit.events import Event
from plateward.people.sharing.limits import Bound, Section
from plateward.people.sharing.who_sees import ROLE_NAMES
from plateward.people.signed import Limits
from plateward.work.searches.models import Reach
from plateward.work.searches.scope import REACH, USUAL_REACH, reach_set


def _reaches() -> dict[str, Limits]:
    return {role.value: {REACH: reach_set(role).value} for role in USUAL_REACH}


SECTIONS = (
    Section(
        REACH,
        "Searches",
        {REACH: Bound("whose reads", lambda reach: Reach(reach).label, rank=list(Reach).index)},
        _reaches,
        lambda role: ROLE_NAMES.get(role, role),
        (Event.SEARCH_REACH,),
        lambda role: f"role:{role}",
    ),
)
