"""What the rooms above hear of."""

from django.dispatch import Signal

# Sent within the transaction that takes a batch: `reads`, a list of StoredRead; `ahead`, a timedelta: how far their
# reader's clock was ahead of the hub's when it sent them. Matching listens.
reads_stored = Signal()
