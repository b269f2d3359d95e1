from plateward.core.jobs.job import Job
from plateward.work.retention.holding import remind
from plateward.work.retention.run import run_daily

JOBS = (
    Job(
        "Destruction of what is past its term",
        run_daily,
        every=600.0,
        alarm="Look at Retention: reads may be kept past their term (OPR:50 6.h.ii).",
    ),
)
REMINDERS = (remind,)
