"""Signals to the rooms above."""

from django.dispatch import Signal

# Sent within the act that records it: `text`, a sentence for the administrators. Something is wrong with this log, with
# one of its witnesses, or with a log that this hub witnesses. `people`, if given: usernames whose first-line
# supervisors are to hear of it, too.
log_alarm = Signal()
