from plateward.alerts.routing.actions import escalate_due
from plateward.jobs.job import Job

JOBS = (Job("Escalation of alerts", escalate_due, every=1.0),)
