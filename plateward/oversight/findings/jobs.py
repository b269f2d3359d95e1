from plateward.jobs.job import Job
from plateward.oversight.findings.actions import watch_log

JOBS = (Job("Watching the log for misuse", watch_log, every=300.0),)
