from plateward.jobs.job import Job
from plateward.retention.holding import remind
from plateward.retention.run import run_daily

JOBS = (
    Job(
        "Destruction of what is past its term",
        run_daily,
        every=600.0,
        alarm="Look at Retention: reads may be kept past their term (OPR:50 6.h.ii).",
    ),
    Job("Reminders of legal holds", remind, every=3600.0),
)
