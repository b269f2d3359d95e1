"""When an account is without a supervisor, until when, and to whom it may be given. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access.models import Access
from plateward.people.models import Person

GIVEN_WITHIN = timedelta(days=7)  # AC-2


@enforces("AC-2/disabled")
@dataclass(frozen=True)
class Orphan:
    """A person's access whose supervisor has no access any more, and since when."""

    access: Access
    since: datetime

    @property
    def due(self) -> datetime:
        """By when another supervisor is to have it."""
        return self.since + GIVEN_WITHIN


@enforces("AC-2/disabled", "AC-6/least")
def may_give(orphaned: bool, own: bool, person: Person, supervisor: Person, leads: bool) -> Decision:
    """Whether a person may be given to this supervisor: their own has left, and this one has access as a leader now."""
    if own:
        return Refusal("AC-6", "You cannot choose your own supervisor.", "Another administrator must do it.")
    if not orphaned:
        return Refusal(
            "AC-2",
            f"{person.full_name} has a supervisor.",
            "For another one, request a transfer; another person approves it.",
        )
    if not leads:
        return Refusal(
            "AC-2",
            f"{supervisor.full_name} has no access as a supervisor now.",
            "Choose a supervisor with access.",
            field="supervisor",
        )
    return Allow()
