from plateward.core.jobs.job import Job
from plateward.work.searches.deciding import escalate
from plateward.work.searches.numbers import settle_numbers

JOBS = (Job("Checking numbers of searches with CAD", settle_numbers, every=60.0),)
REMINDERS = (escalate,)
