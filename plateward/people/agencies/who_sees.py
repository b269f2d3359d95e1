"""What each outside agency may ask, as a section of the sharing configuration."""

from plateward.core.audit.events import Event
from plateward.ground import clock
from plateward.ground.policy.decision import Allow
from plateward.people.agencies.limits import AGENCIES, LIMITS, is_over, limits_of_scope
from plateward.people.agencies.models import Agency
from plateward.people.agency_terms import term_runs
from plateward.people.sharing.limits import Section
from plateward.people.signed import Limits


def _grants() -> dict[str, Limits]:
    """Those in force, by their agency's ORI."""
    now = clock.now()
    grants = {agency.ori: agency.grant for agency in Agency.objects.all()}
    return {
        ori: limits_of_scope(grant.scope)
        for ori, grant in grants.items()
        if grant and isinstance(term_runs(grant.scope, now), Allow)
    }


def _name(ori: str) -> str:
    name = Agency.objects.filter(ori=ori).values_list("name", flat=True).first()
    return f"{name or 'Agency'} ({ori})"


def _object(ori: str) -> str:
    return f"agency:{Agency.objects.filter(ori=ori).values_list('pk', flat=True).first()}"


SECTIONS = (
    Section(
        AGENCIES,
        "Outside agency",
        LIMITS,
        _grants,
        _name,
        (Event.AGENCY_GRANT, Event.AGENCY_REVOKE),
        _object,
        is_over,
    ),
)
