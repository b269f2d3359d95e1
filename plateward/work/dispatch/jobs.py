from plateward.core.jobs.job import Job
from plateward.work.dispatch.sending import poll_cad, send_changes

JOBS = (
    Job("Sending calls to CAD", send_changes, every=1.0),
    Job("Hearing of calls from CAD", poll_cad, every=1.0),
)
