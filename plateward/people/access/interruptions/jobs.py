from plateward.jobs.job import Job
from plateward.people.access.interruptions.unused import notice_all

JOBS = (Job("Suspension of unused access", notice_all, every=3600.0),)
