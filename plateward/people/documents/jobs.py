from plateward.core.jobs.job import Job
from plateward.people.documents.editions import note_editions
from plateward.people.documents.reminding import remind, remind_of_review

JOBS = (
    Job(
        "Watching the policy for a new edition",
        note_editions,
        every=3600.0,
        alarm="Compare the policy with the training material yourself (OPR:50 6.d.iv).",
    ),
)
REMINDERS = (remind, remind_of_review)
