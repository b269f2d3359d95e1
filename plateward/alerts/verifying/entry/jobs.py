from plateward.alerts.verifying.entry.actions import escalate_due
from plateward.jobs.job import Job

JOBS = (Job("Escalation of questions about own entries", escalate_due, every=1.0),)
