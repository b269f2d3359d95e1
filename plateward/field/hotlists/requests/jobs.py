from plateward.core.jobs.job import Job
from plateward.field.hotlists.requests.deciding import check_numbers_again, end_unreviewed_in_time

JOBS = (Job("Checking numbers with CAD", check_numbers_again, every=60.0),)
REMINDERS = (end_unreviewed_in_time,)
