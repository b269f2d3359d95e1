"""How a read came: captured and signed at its reader, received with a batch, sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.audit.events import Event
from plateward.audit.models import AuditEntry
from plateward.fleet.models import Reader
from plateward.policy.trace import enforces
from plateward.reads.models import Batch
from plateward.reads.store import StoredRead
from plateward.wire import WireError
from plateward.wire.batch import Receipt
from plateward.wire.read import SignedRead, open_read

# Batches of its reader that are looked at for a read: its own is the first, unless the hub was killed meanwhile.
BATCHES = 20
BEFORE = timedelta(seconds=1)


@dataclass(frozen=True)
class Signing:
    """What the hub knows of a read's signature: whether it is the reader's, over exactly these bytes."""

    valid: bool
    words: str


@enforces("6.h.iv", "6.j.i")
def signing_of(stored: StoredRead, reader: Reader | None) -> Signing:
    """Its signature, checked now against the reader's enrolled key."""
    if reader is None:
        return Signing(False, "the reader is not enrolled, so its signature cannot be checked")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes(reader.public_key))
        open_read(key, SignedRead(stored.body, stored.signature))
    except WireError:
        return Signing(False, "its signature is NOT the reader's: the read was altered")
    return Signing(True, "its signature is the reader's own, over exactly these data and images")


def clock_words(stored: StoredRead) -> str:
    """How exact the time is."""
    error = stored.read.clock_error_ms
    return "clock error unknown" if error is None else f"clock error at most {error / 1000:g} s"


def readers_of(stored: Iterable[StoredRead]) -> dict[str, Reader]:
    """The enrolled readers that sent these reads, by name."""
    names = {read.reader for read in stored}
    return {reader.name: reader for reader in Reader.objects.filter(name__in=names)}


@enforces("6.h.iv")
class Batches:
    """The batches that brought reads, found by who sent them and when: the log's index by actor leads to a few."""

    def __init__(self) -> None:
        self._reads: dict[str, frozenset[UUID]] = {}  # by the batch's object on the log

    def entry_of(self, stored: StoredRead, reader: Reader) -> AuditEntry | None:
        """The entry of the batch that this read was settled with; None if it is not among the next ones."""
        entries = AuditEntry.objects.filter(
            actor_id=str(reader.pk),
            event=Event.BATCH_RECEIVE,
            outcome="done",
            at__gte=stored.received_at - BEFORE,
        ).order_by("at", "sequence")
        return next((entry for entry in entries[:BATCHES] if stored.read.id in self._reads_of(entry)), None)

    def _reads_of(self, entry: AuditEntry) -> frozenset[UUID]:
        if entry.object not in self._reads:
            row = Batch.objects.filter(pk=entry.object.removeprefix("batch:")).first()
            receipt = msgspec.msgpack.decode(bytes(row.receipt), type=Receipt) if row else None
            self._reads[entry.object] = (
                frozenset([*receipt.accepted, *receipt.duplicates]) if receipt else frozenset()
            )
        return self._reads[entry.object]
