from plateward.alerts.earlier_reads.actions import do_next_job
from plateward.jobs.job import Job

JOBS = (Job("Matching of stored reads", do_next_job, every=1.0),)
