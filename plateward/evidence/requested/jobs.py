from plateward.evidence.requested.making import make_packages
from plateward.jobs.job import Job

JOBS = (Job("Evidence packages for people", make_packages, every=1.0),)
