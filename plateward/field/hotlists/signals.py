"""Signals for the rooms above."""

from django.dispatch import Signal

# A revision came into force: `hotlist`, `revision`. Sent within the transaction that changes a list.
entries_changed = Signal()

# Entries ended and nothing replaced them: `entries`, a list of their ids; `cause`, a Revision.Cause;
# `reason`, words for a person who saw an alert of one. Sent together with `entries_changed`.
entries_ended = Signal()

# A search or a request was refused because a text of it points to a barred ground: `actor`, a PersonActor; `purpose`;
# `number`; `stopped`, a grounds.Stopped. Sent after the act; searches keep it for the administrators.
ground_barred = Signal()

# Asks whether the administrator cleared this `text`, `given_as` so by this `person` for this `number`. Searches answer.
ground_asked = Signal()
