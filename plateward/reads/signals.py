"""What the rooms above hear of."""

from django.dispatch import Signal

# Sent within the transaction that takes a batch: `reads`, a list of StoredRead. Matching listens.
reads_stored = Signal()
