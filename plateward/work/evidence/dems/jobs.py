from plateward.core.jobs.job import Job
from plateward.work.evidence.dems import actions
from plateward.work.evidence.dems.asking import check_items, look_up_leftovers
from plateward.work.evidence.dems.sending import send_packages

JOBS = (
    Job("Sending packages to DEMS", send_packages, every=2.0),
    Job("Asking DEMS whether it still has its items", check_items, every=60.0),
    Job("Asking DEMS about exports that were ended", look_up_leftovers, every=60.0),
)
REMINDERS = (actions.remind,)
