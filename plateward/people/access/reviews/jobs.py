from plateward.jobs.job import Job
from plateward.people.access.reviews.actions import open_review_if_due

JOBS = (Job("Opening of the yearly access review", open_review_if_due, every=3600.0),)
