from plateward.jobs.job import Job
from plateward.oversight.findings.actions import remind, watch_log

JOBS = (
    Job(
        "Watching the log for misuse",
        watch_log,
        every=300.0,
        alarm="Notify the ALPR administrator: misuse may go unseen until this works again (AU-6).",
    ),
    Job(
        "Reminders of findings",
        remind,
        every=600.0,
        alarm="Look at the findings yourself: nobody is reminded of those that wait (OPR:50 6.f.i.3).",
    ),
)
