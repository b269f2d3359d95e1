"""Access that was not used for 90 days: the rule refuses it at once; this module records it."""

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.db.locking import lock_row
from plateward.people.access import standing
from plateward.people.access.actions import begin_suspension
from plateward.people.access.models import Suspension
from plateward.people.access.rules import unused_since
from plateward.people.models import Person
from plateward.people.notices.actions import managers, notify
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces

HUB = Actor("system", "hub", "The hub")


@enforces("AC-2")
def suspend_if_unused(person: Person) -> Suspension | None:
    """Begin the suspension, as of the end of the 90 days, if they are over and it is not on record.

    Called daily, and before a sign-in, which would otherwise count as use."""
    facts, now = standing.standing_of(person).facts, clock.now()
    if unused_since(facts, now) is None:
        return None
    with act(HUB, Event.ACCESS_INTERRUPT, f"person:{person.username}") as entry:
        lock_row(person)
        since = unused_since(
            standing.standing_of(person).facts, now
        )  # if two notice it, the second has nothing to do
        if since is None:
            return None
        text = f"{person.full_name} has not used the access for 90 days; it is suspended."
        notify(managers(person), Kind.ACCESS_INTERRUPT, text, person)
        return begin_suspension(entry, person, Suspension.Kind.INACTIVE, "Not used for 90 days.", since)


@enforces("AC-2", "AC-6")
def suspend_unused() -> int:
    """For everybody whose access is in force; daily. Returns how many suspensions began."""
    now = clock.now()
    people = {person.pk: person for person in standing.holders(now)}
    standings = standing.standings_of(people)
    idle = [person for key, person in people.items() if unused_since(standings[key].facts, now)]
    return sum(suspend_if_unused(person) is not None for person in idle)
