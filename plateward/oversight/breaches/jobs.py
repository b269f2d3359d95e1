from plateward.core.jobs.job import Job
from plateward.oversight.breaches.actions import remind
from plateward.oversight.breaches.officer import send_emails

JOBS = (
    Job(
        "Emails of confirmed breaches",
        send_emails,
        every=5.0,
        alarm="Notify the state's CJIS Systems Officer yourself of a confirmed breach (IR-6).",
    ),
)
REMINDERS = (remind,)
