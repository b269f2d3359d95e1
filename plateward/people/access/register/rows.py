"""Every access that was in force at a moment, with what its person lacked: a few queries for ten thousand."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.actor_names import names_of
from plateward.people.permissions import Role
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class RegisterRow:
    """A person's access at a moment. Name, badge and agency are today's."""

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
    lacked: tuple[str, ...]  # what stood in the way; empty: authorized

    @property
    def authorized(self) -> bool:
        """Whether this person could work."""
        return not self.lacked


@enforces("6.b.i.7", "AC-2")
def register_rows(moment: datetime) -> list[RegisterRow]:
    """By name. The rule is that of every request (standing.as_of), applied to all at once."""
    approved = Access.objects.filter(decision=Access.Decision.APPROVED)
    rows = standing.in_force_at(approved, moment).select_related("person", "unit", "supervisor")
    latest = {access.person_id: access for access in rows.order_by("begins", "pk")}
    standings = standing.standings_of(latest.keys(), moment)
    names = names_of({access.decided_by for access in latest.values()})
    register = [
        RegisterRow(
            access.person.username,
            access.person.full_name,
            access.person.badge,
            access.person.agency or settings.AGENCY_ORI,
            Role(access.role),
            str(access.unit or ""),
            str(access.supervisor or ""),
            access.kind == Access.Kind.EMERGENCY,
            access.begins or moment,
            access.ends,
            names.get(access.decided_by, ""),
            tuple(f"{lack.text} ({lack.clause})" for lack in standings[person].missing),
        )
        for person, access in latest.items()
    ]
    return sorted(register, key=lambda row: (row.name.casefold(), row.username))
