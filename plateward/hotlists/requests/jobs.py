from plateward.hotlists.requests.settling import end_unreviewed_in_time, settle_numbers
from plateward.jobs.job import Job

JOBS = (
    Job("Checking numbers with CAD", settle_numbers, every=60.0),
    Job("Ending entries that nobody reviewed", end_unreviewed_in_time, every=60.0),
)
