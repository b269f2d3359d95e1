from plateward.core.jobs.job import Job
from plateward.oversight.log_files.making import make_files

JOBS = (Job("Copies of the audit log for auditors", make_files, every=2.0),)
