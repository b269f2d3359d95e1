from plateward.jobs.job import Job
from plateward.people.sessions import SessionStore

JOBS = (Job("Removal of sessions that are over", SessionStore.clear_expired, every=3600.0),)
