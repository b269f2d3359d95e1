from plateward.jobs.job import Job
from plateward.searches.settling import escalate, settle_numbers

JOBS = (
    Job("Checking numbers of searches with CAD", settle_numbers, every=60.0),
    Job("Passing on searches that nobody decided", escalate, every=60.0),
)
