from plateward.core.jobs.job import Job
from plateward.oversight.integrity.actions import EVERY, report_overdue, run_due

JOBS = (
    Job(
        "The integrity monitor",
        run_due,
        every=EVERY,
        alarm="Notify the ALPR administrator: what is altered may go unseen until this works again (6.b.i.3).",
    ),
    Job("Reporting integrity checks that are overdue", report_overdue, every=300.0),
)
