from plateward.alerts.recall import end_lapsed
from plateward.jobs.job import Job

JOBS = (Job("Recall of alerts", end_lapsed, every=1.0),)
