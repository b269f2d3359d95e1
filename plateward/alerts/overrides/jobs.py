from plateward.alerts.overrides.actions import escalate
from plateward.jobs.job import Job

JOBS = (Job("Escalation of overrides", escalate, every=60.0),)
