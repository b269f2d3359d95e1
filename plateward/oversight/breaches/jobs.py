from plateward.jobs.job import Job
from plateward.oversight.breaches.actions import remind

JOBS = (
    Job(
        "Reminders of breaches of security",
        remind,
        every=60.0,
        alarm="Look at the open breaches yourself: nobody is reminded of the times that they set (OPR:50 6.b.i.11).",
    ),
)
