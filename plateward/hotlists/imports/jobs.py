from plateward.hotlists.imports.round import work
from plateward.jobs.job import Job

JOBS = (Job("Work on hot list files", work, every=2.0),)
