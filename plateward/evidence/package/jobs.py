from plateward.evidence.package.timestamping import ask_again
from plateward.jobs.job import Job

JOBS = (Job("Timestamps of evidence packages", ask_again, every=15.0),)
