from plateward.core.jobs.job import Job
from plateward.work.evidence.requested.making import make_packages

JOBS = (Job("Evidence packages for people", make_packages, every=1.0),)
