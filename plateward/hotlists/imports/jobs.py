from plateward.hotlists.imports.job import run_imports
from plateward.jobs.job import Job

JOBS = (Job("Work on hot list files", run_imports, every=2.0),)
