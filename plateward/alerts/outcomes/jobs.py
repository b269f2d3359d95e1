from plateward.alerts.outcomes.actions import mute_below_floor
from plateward.jobs.job import Job

JOBS = (Job("Muting of cameras and lists that are often wrong", mute_below_floor, every=300.0),)
