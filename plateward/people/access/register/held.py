"""Every access that was in force at a moment, with what its person lacked: a few questions for ten thousand."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.deciders import named
from plateward.people.permissions import Role
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Held:
    """Somebody's access at a moment. Name, badge and agency are as they are today."""

    username: str
    name: str
    badge: str
    agency: str  # ORI
    role: Role
    unit: str
    supervisor: str
    emergency: bool
    since: datetime
    ends: datetime | None
    by: str  # who approved it
    lacked: tuple[str, ...]  # what stood in the way; nothing: authorized

    @property
    def authorized(self) -> bool:
        """Whether this person could work."""
        return not self.lacked


@enforces("6.b.i.7", "AC-2")
def held(moment: datetime) -> list[Held]:
    """By name. The rule is that of every request (standing.as_of), asked for all at once."""
    approved = Access.objects.filter(decision=Access.Decision.APPROVED)
    rows = standing.live(approved, moment).select_related("person", "unit", "supervisor")
    latest = {one.person_id: one for one in rows.order_by("begins", "pk")}
    found = standing.of_all(latest.keys(), moment)
    names = named({one.decided_by for one in latest.values()})
    told = [
        Held(
            one.person.username,
            one.person.full_name,
            one.person.badge,
            one.person.agency or settings.AGENCY_ORI,
            Role(one.role),
            str(one.unit or ""),
            str(one.supervisor or ""),
            one.kind == Access.Kind.EMERGENCY,
            one.begins or moment,
            one.ends,
            names.get(one.decided_by, ""),
            tuple(f"{lack.told} ({lack.clause})" for lack in found[person].missing),
        )
        for person, one in latest.items()
    ]
    return sorted(told, key=lambda one: (one.name.casefold(), one.username))
