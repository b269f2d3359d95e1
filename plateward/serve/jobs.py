from plateward.core.jobs.job import Job
from plateward.serve.certificate import renew_if_due

JOBS = (Job("Renewal of the certificate", renew_if_due, every=3600.0),)
