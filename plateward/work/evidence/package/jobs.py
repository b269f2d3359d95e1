from plateward.core.jobs.job import Job
from plateward.work.evidence.package.timestamping import ask_again

JOBS = (Job("Timestamps of evidence packages", ask_again, every=15.0),)
