from plateward.alerts.outcomes.actions import look
from plateward.jobs.job import Job

JOBS = (Job("Muting of cameras and lists that are often wrong", look, every=300.0),)
