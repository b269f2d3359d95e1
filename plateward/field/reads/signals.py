"""Signals to the rooms above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.dispatch import Signal

from plateward.core.audit.actor import Actor
from plateward.field.fleet.models import Reader
from plateward.field.reads.store import StoredRead


@dataclass(frozen=True)
class StoredBatch:
    """A batch's reads that are stored. `ahead`: how far their reader's clock was ahead of the hub's on sending."""

    actor: Actor
    reader: Reader
    reads: Sequence[StoredRead]
    ahead: timedelta


# Sent within the transaction that accepts these: `batches`, a list of StoredBatch. Matching listens, and returns for
# each what its reader is told about recently handled plates (a list of wire.batch.HandledAlert).
reads_stored = Signal()

# Asks the rooms above who may see a read: `person`, a Person; `read`, a StoredRead; `search`, the number of a search
# that finds it, or None. A room with a record based on the read returns True if this person may see that. Alerts,
# shares and searches answer.
read_access_requested = Signal()

# Asks the rooms above for how long the agency keeps a read without a hit. Retention returns a timedelta.
term_requested = Signal()

# Before a process reads anything: asks the rooms above for the tombstones that they keep, the texts as bytes.
tombstones_requested = Signal()
