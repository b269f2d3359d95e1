from plateward.core.jobs.job import Job
from plateward.people.access.reviews.actions import open_review_if_due, remind
from plateward.people.access.suspensions.actions import end_employments, suspend_unused
from plateward.people.mail.actions import send_mails
from plateward.people.roster.actions import compare_if_due
from plateward.people.sessions import SessionStore

JOBS = (
    Job("Opening of the yearly access review", open_review_if_due, every=3600.0),
    Job("Access of people who are no longer employed", end_employments, every=3600.0),
    Job("Comparison with the directory", compare_if_due, every=3600.0),
    Job("Emails about new notices", send_mails, every=60.0),
    Job("Removal of sessions that are over", SessionStore.clear_expired, every=3600.0),
    Job("Suspension of unused access", suspend_unused, every=3600.0),
)
REMINDERS = (remind,)
