from plateward.fleet.placements.actions import remind
from plateward.jobs.job import Job

JOBS = (
    Job(
        "Reminders of transfers and vehicles to reassign",
        remind,
        every=600.0,
        alarm="Look at Placements yourself: nobody is reminded of what waits there (OPR:50 6.e.v).",
    ),
)
