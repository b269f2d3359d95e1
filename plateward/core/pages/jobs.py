from plateward.core.jobs.job import Job
from plateward.core.pages.uploads import forget_overdue

JOBS = (Job("Deletion of files not applied", forget_overdue, every=3600.0),)
