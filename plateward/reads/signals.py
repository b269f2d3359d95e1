"""What the rooms above hear of."""

from django.dispatch import Signal

# Sent within the transaction that takes a batch: `reads`, a list of StoredRead; `ahead`, a timedelta: how far their
# reader's clock was ahead of the hub's when it sent them. Matching listens, and answers with what the reader is told
# of plates that were handled lately (wire.batch.Handled).
reads_stored = Signal()

# Who may see a read, asked upward: `person`, a Person; `read`, a StoredRead. A room in which something stands upon the
# read answers True where this person may see that. Alerts answer.
read_asked = Signal()
