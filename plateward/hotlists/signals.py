"""Signals for the rooms above."""

from django.dispatch import Signal

# A revision came into force: `hotlist`, `revision`. Sent within the transaction that changes a list.
entries_changed = Signal()

# Entries ended and nothing replaced them: `entries`, a list of their ids; `cause`, a Revision.Cause;
# `reason`, words for a person who saw an alert of one. Sent together with `entries_changed`.
entries_ended = Signal()

# A request was refused because its narrative points to a barred ground: `actor`, a PersonActor; `listing`, a
# PlateListing; `refusal`, a BarredRefusal. Sent after the act; searches keep it for the administrators.
ground_barred = Signal()

# Asks whether the administrator cleared this `text` as a narrative by this `person` for this `number`. Searches answer.
ground_asked = Signal()
