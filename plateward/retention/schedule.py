"""The schedule in force."""

from datetime import datetime, timedelta

from django.conf import settings

from plateward.policy.trace import enforces
from plateward.retention.models import Schedule
from plateward.retention.rules import Covers, Term, first_schedule


def schedule_in_force(at: datetime | None = None) -> Schedule | None:
    """The last one that the Chief approved, or had `at` a moment."""
    approved = Schedule.objects.filter(approved=True)
    if at is not None:
        approved = approved.filter(decided_at__lte=at)
    return approved.order_by("-decided_at", "-pk").first()


@enforces("4.b", "6.h.i", "6.h.ii")
def terms_in_force(at: datetime | None = None) -> tuple[Term, ...]:
    """Its terms; before any was approved, the policy's own with the site's days for reads."""
    schedule = schedule_in_force(at)
    return schedule.terms if schedule else first_schedule(settings.READS_KEPT.days)


def reads_term() -> timedelta:
    """How long a read without a hit is kept."""
    return timedelta(days=max(term.kept_days for term in terms_in_force() if term.covers is Covers.READS))
