from plateward.core.jobs.job import Job
from plateward.field.reads.losses import report_lost_days

JOBS = (Job("Looking for days of reads that are lost", report_lost_days, every=60.0),)
