from plateward.core.jobs.job import Job
from plateward.field.fleet.malfunctions.actions import remind
from plateward.field.fleet.malfunctions.changes import note_hub

JOBS = (Job("The system's own version", note_hub, every=3600.0),)
REMINDERS = (remind,)
