"""Signals to the rooms above."""

from django.dispatch import Signal

# An officer acknowledged an alarm at a reader's screen, perhaps a while ago: `actor`, a PersonActor; `read`, its UUID.
# It may come twice.
alarm_acknowledged = Signal()
