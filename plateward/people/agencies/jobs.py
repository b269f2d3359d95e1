from plateward.core.audit.events import Event
from plateward.core.decisions.reminders import Reminder
from plateward.people.agencies import actions

REMINDERS = (
    Reminder(
        Event.AGENCY_REMIND, rows=actions.ending, is_due=actions.is_due, remind=actions.remind, every=3600.0
    ),
)
