"""What the hub does with alerts by itself."""

from plateward.core.jobs.job import Job
from plateward.work.alerts import recall
from plateward.work.alerts.confirming import actions as confirming
from plateward.work.alerts.earlier_reads import actions as earlier_reads
from plateward.work.alerts.outcomes import actions as outcomes
from plateward.work.alerts.overrides import actions as overrides
from plateward.work.alerts.routing import actions as routing
from plateward.work.alerts.verifying.asking.hit_confirmation import fetch_answers
from plateward.work.alerts.verifying.entry import actions as entry

JOBS = (
    Job("Recall of alerts", recall.recall_lapsed, every=1.0),
    Job("Matching of stored reads", earlier_reads.do_next_job, every=1.0),
    Job("Closing of alerts that one press marked", confirming.close_due, every=1.0),
    # An agency has ten minutes to answer.
    Job("Fetching answers to hit confirmation requests", fetch_answers, every=5.0),
    Job("Muting of cameras and lists that are often wrong", outcomes.mute_below_floor, every=300.0),
)
REMINDERS = (routing.escalate_due, entry.escalate_due, overrides.escalate)
