"""Signals to the rooms above."""

from django.dispatch import Signal

# Sent within the transaction that accepts a batch: `reads`, a list of StoredRead; `ahead`, a timedelta: how far their
# reader's clock was ahead of the hub's on sending. Matching listens, and returns what the reader is told about recently
# handled plates (wire.batch.HandledAlert).
reads_stored = Signal()

# Asks the rooms above who may see a read: `person`, a Person; `read`, a StoredRead. A room with a record based on the
# read returns True if this person may see that. Alerts answer.
read_asked = Signal()
