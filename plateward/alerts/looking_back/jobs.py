from plateward.alerts.looking_back.actions import work
from plateward.jobs.job import Job

JOBS = (Job("Matching of stored reads", work, every=1.0),)
