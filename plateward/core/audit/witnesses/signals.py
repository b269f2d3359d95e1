"""Signals to the rooms above."""

from django.dispatch import Signal

# Sent within the act that records it: `text`, a sentence for the administrators. Something is wrong with this log, or
# with one of its witnesses. `people`, if given: usernames whose first-line supervisors are to hear of it, too;
# `watchers`: so are those who watch the administrators.
log_alarm = Signal()
