from plateward.alerts.verifying.asking.listening import fetch
from plateward.jobs.job import Job

JOBS = (Job("Fetching answers to hit confirmation requests", fetch, every=5.0),)  # an agency has ten minutes
