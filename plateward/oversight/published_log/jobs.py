from plateward.core.jobs.job import Job
from plateward.oversight.published_log.actions import publish_due

JOBS = (Job("Publishing the search log", publish_due, every=600.0),)
