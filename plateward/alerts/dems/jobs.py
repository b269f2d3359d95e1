from plateward.alerts.dems.actions import remind
from plateward.jobs.job import Job

JOBS = (Job("Reminders of overdue DEMS exports", remind, every=60.0),)
