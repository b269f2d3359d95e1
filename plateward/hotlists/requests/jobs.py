from plateward.hotlists.requests.deciding import check_numbers_again, end_unreviewed_in_time
from plateward.jobs.job import Job

JOBS = (
    Job("Checking numbers with CAD", check_numbers_again, every=60.0),
    Job("Ending unreviewed entries", end_unreviewed_in_time, every=60.0),
)
