"""Emergency access: approved like any other, and over by itself after 72 hours at most."""

from datetime import timedelta

from plateward import clock
from plateward.people.access import approving as rules
from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.models import Person
from plateward.policy.decision import Decision
from plateward.policy.trace import enforces

RENEWABLE_AFTER = timedelta(days=30)


@enforces("AC-2")
def may_begin_emergency(person: Person, hours: int) -> Decision:
    """Whether this person may have emergency access now."""
    now = clock.now()
    approved = Access.objects.filter(person=person, decision=Access.Decision.APPROVED)
    emergency = approved.filter(kind=Access.Kind.EMERGENCY, begins__gt=now - RENEWABLE_AFTER)
    waiting = Access.objects.filter(
        person=person, kind=Access.Kind.STANDING, decision=Access.Decision.WAITING
    )
    return rules.may_have_emergency_access(
        hours, standing.in_force_at(approved, now).exists(), emergency.exists(), waiting.exists()
    )
