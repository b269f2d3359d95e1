from plateward.alerts.recall import recall_lapsed
from plateward.jobs.job import Job

JOBS = (Job("Recall of alerts", recall_lapsed, every=1.0),)
