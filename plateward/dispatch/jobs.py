from plateward.dispatch.hearing import hear
from plateward.dispatch.sending import send
from plateward.jobs.job import Job

JOBS = (
    Job("Sending calls to CAD", send, every=1.0),
    Job("Hearing of calls from CAD", hear, every=1.0),
)
