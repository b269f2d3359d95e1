from plateward.jobs.job import Job
from plateward.reads.lost import report_lost_days

JOBS = (Job("Looking for days of reads that are lost", report_lost_days, every=60.0),)
