"""One job for all reminders and referrals."""

from time import monotonic

from plateward.core.decisions.reminders import Reminder
from plateward.core.jobs.job import Job
from plateward.core.rooms import declared

_next: dict[Reminder[object], float] = {}


def remind_all() -> None:
    """Each as often as it says. One that fails raises, and has its turn no sooner than otherwise: it keeps no other
    from theirs for more than a second."""
    for reminder in declared("jobs", "REMINDERS"):
        if monotonic() >= _next.get(reminder, 0.0):
            _next[reminder] = monotonic() + reminder.every
            reminder()


JOBS = (
    Job(
        "Reminders and referrals",
        remind_all,
        every=1.0,
        alarm="Look at what waits yourself: nobody is reminded of it (OPR:50 6.b.i.10, 6.b.i.11, 6.e.v, 6.f.i.3).",
    ),
)
