"""Which roles a person may have, by the employment and the oath on record. Pure."""

from dataclasses import dataclass
from datetime import date

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.permissions import Role

EMPLOYEE = "5.d"  # an authorized user is an employee of the Department, whatever the role
DEMANDED_BY = {
    Role.ADMINISTRATOR: "5.e",
    Role.COMMUNICATIONS: "6.c.i.4",
    Role.INSPECTOR: "6.c.i.5",
    Role.IT_SUPPORT: "6.c.i.3",
    Role.OFFICER: "6.c.i.2",
}


@dataclass(frozen=True, slots=True)
class Employment:
    """What is on record of a person: whether they are of this agency, sworn, and employed from which day to which."""

    here: bool
    sworn: bool
    since: date | None
    until: date | None  # the last day

    @property
    def sworn_here(self) -> bool:
        """Whether this is a sworn officer of this agency."""
        return self.here and self.sworn


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a role is not for a person: the rest of a sentence that names them, and a few words for others."""

    role: Role
    why: str
    text: str

    @property
    def clause(self) -> str:
        return DEMANDED_BY.get(self.role, EMPLOYEE)

    def reason(self, whom: str) -> str:
        """In a sentence about this person."""
        kind = "sworn officers" if self.role is Role.OFFICER else "employees"
        return f"The role {self.role.label} is for {kind} of the Department, and {self.why} {whom}."


@enforces(
    "5.d/account", "5.e/training", "6.c.i.2/sworn", "6.c.i.3/employed", "6.c.i.4/employed", "6.c.i.5/employed"
)
def unfit_for(role: Role, employment: Employment, day: date) -> Unfit | None:
    """Roles are for employees of the Department on that day, an officer's besides for the sworn; people of outside
    agencies have a role of their own."""
    since, until = employment.since, employment.until
    if role is Role.OUTSIDE:
        return None
    if not employment.here:
        return Unfit(role, "another agency is on record for", "Of another agency")
    if since is None:
        return Unfit(role, "no employment is on record for", "Not employed by the Department")
    if day < since:
        begins = clock.format_day(since)
        return Unfit(role, f"not before {begins} is employment on record for", f"Employed from {begins}")
    if until is not None and until < day:
        ended = clock.format_day(until)
        return Unfit(role, f"on {ended} employment ended for", f"Employment ended {ended}")
    if role is Role.OFFICER and not employment.sworn:
        return Unfit(role, "no oath as an officer is on record for", "Not a sworn officer of this agency")
    return None
