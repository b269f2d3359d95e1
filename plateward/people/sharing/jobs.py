from plateward.core.jobs.job import Job
from plateward.people.sharing.actions import watch_drift

JOBS = (
    Job(
        "Comparison of sharing with its signed configuration",
        watch_drift,
        every=15.0,
        alarm="Nobody hears of changed sharing meanwhile; what is not signed is still not given.",
    ),
)
