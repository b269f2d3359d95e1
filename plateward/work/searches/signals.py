"""Signals for the rooms above."""

from django.dispatch import Signal

# A supervisor holds that a marked search may be misuse: `search`; `actor`, a PersonActor. Sent when that is on the log.
search_suspected = Signal()
