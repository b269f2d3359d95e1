from plateward.jobs.job import Job
from plateward.oversight.reviews.opening import open_due_reviews
from plateward.oversight.reviews.reminding import remind

JOBS = (
    Job(
        "Opening the reviews of the audit log",
        open_due_reviews,
        every=60.0,
        alarm="Review the audit log yourself until this works again (OPR:50 6.b.i.10, AU-6).",
    ),
    Job(
        "Reminders of reviews of the audit log",
        remind,
        every=300.0,
        alarm="Look at the open reviews yourself: nobody is reminded of them (OPR:50 6.b.i.10, AU-6).",
    ),
)
