from plateward.jobs.job import Job
from plateward.pages.uploads import forget_overdue

JOBS = (Job("Deletion of files not applied", forget_overdue, every=3600.0),)
