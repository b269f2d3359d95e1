from plateward.jobs.job import Job
from plateward.people.access.suspensions.unused import suspend_unused

JOBS = (Job("Suspension of unused access", suspend_unused, every=3600.0),)
