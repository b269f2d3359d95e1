from plateward.jobs.job import Job
from plateward.people.documents.reminding import remind

JOBS = (Job("Reminders of protocols to acknowledge", remind, every=3600.0),)
