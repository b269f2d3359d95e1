from plateward.core.jobs.job import Job
from plateward.oversight.findings.actions import remind, watch_log

JOBS = (
    Job(
        "Watching the log for misuse",
        watch_log,
        every=300.0,
        alarm="Notify the ALPR administrator: misuse may go unseen until this works again (AU-6).",
    ),
)
REMINDERS = (remind,)
