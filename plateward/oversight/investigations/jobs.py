from plateward.jobs.job import Job
from plateward.oversight.investigations.concluding import remind

JOBS = (
    Job(
        "Reminders of investigations",
        remind,
        every=300.0,
        alarm="Look at the open investigations yourself: nobody is reminded of their times (OPR:50 6.f.i.3).",
    ),
)
