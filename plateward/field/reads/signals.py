"""Signals to the rooms above."""

from django.dispatch import Signal

# Sent within the transaction that accepts a batch: `reads`, a list of StoredRead; `ahead`, a timedelta: how far their
# reader's clock was ahead of the hub's on sending. Matching listens, and returns what the reader is told about recently
# handled plates (wire.batch.HandledAlert).
reads_stored = Signal()

# Asks the rooms above who may see a read: `person`, a Person; `read`, a StoredRead; `search`, the number of a search
# that finds it, or None. A room with a record based on the read returns True if this person may see that. Alerts,
# shares and searches answer.
read_access_requested = Signal()

# Asks the rooms above for how long the agency keeps a read without a hit. Retention returns a timedelta.
term_requested = Signal()

# Before a process reads anything: asks the rooms above for the tombstones that they keep, the texts as bytes.
tombstones_requested = Signal()
