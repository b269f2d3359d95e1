from plateward.core.jobs.job import Job
from plateward.oversight.reviews.actions import refer_asked, remind_asked
from plateward.oversight.reviews.opening import escalate, open_due_reviews, remind
from plateward.oversight.reviews.owning import hand_on

JOBS = (
    Job(
        "Opening the reviews of the audit log",
        open_due_reviews,
        every=60.0,
        alarm="Review the audit log yourself until this works again (OPR:50 6.b.i.10, AU-6).",
    ),
)
REMINDERS = (remind, escalate, hand_on, remind_asked, refer_asked)
