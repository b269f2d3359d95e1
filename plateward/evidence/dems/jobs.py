from plateward.evidence.dems import actions
from plateward.evidence.dems.checking import check_items
from plateward.evidence.dems.leftovers import look_up_leftovers
from plateward.evidence.dems.sending import send_packages
from plateward.jobs.job import Job

JOBS = (
    Job("Sending packages to DEMS", send_packages, every=2.0),
    Job("Asking DEMS whether it still has its items", check_items, every=60.0),
    Job("Asking DEMS about exports that were ended", look_up_leftovers, every=60.0),
    Job("Reminders of overdue DEMS exports", actions.remind, every=60.0),
)
