"""A reader's batch of reads with their images, and the hub's receipt for it."""

from hashlib import sha256
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import Moment, Sha256, TextLine, WireError, decode, require_utc
from plateward.ground.wire.placement import DropCounts
from plateward.ground.wire.read import SignedRead
from plateward.ground.wire.state import ReaderState

MAX_READS = 200
MAX_IMAGE_BYTES = 4 * 1024 * 1024
MAX_BATCH_BYTES = 32 * 1024 * 1024
MAX_RECEIPT_BYTES = 1024 * 1024

Image = Annotated[bytes, Meta(max_length=MAX_IMAGE_BYTES)]


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """At most 200 reads; `images` holds each JPEG once, under its SHA-256 in hex; `dropped`: what the reader dropped
    itself, left out if nothing; `state`: what it says of itself, left out while that is known; `after`: the last batch
    of it that the hub acknowledged. A batch keeps its number until it is acknowledged."""

    id: UUID
    sent_at: Moment
    reads: Annotated[list[SignedRead], Meta(max_length=MAX_READS)]
    images: Annotated[dict[Sha256, Image], Meta(max_length=2 * MAX_READS)]
    dropped: DropCounts | None = None
    state: ReaderState | None = None
    after: UUID | None = None

    def __post_init__(self) -> None:
        require_utc(self.sent_at, "sent_at")

    @enforces("6.j.i/proven")
    def image(self, digest: str) -> bytes:
        """The image that a signed read names. Raises `WireError` if it is missing or altered."""
        image = self.images.get(digest)
        if image is None:
            raise WireError(f"The image {digest[:12]}… named by a read is not in its batch.")
        if sha256(image).hexdigest() != digest:
            raise WireError(f"The image {digest[:12]}… is not the one the reader signed (OPR:50 6.j.i).")
        return image


class ReadRejection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rejected read and why; `id` is None if even that could not be trusted."""

    id: UUID | None
    reason: TextLine


class HandledAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last alert of the entry that a read matched was handled recently: by whom and how, in words. Until then the
    entry rings no alarm at this reader; None: it rings."""

    read: UUID
    entry: UUID
    words: TextLine
    silent_until: Moment | None = None


ReadIds = Annotated[list[UUID], Meta(max_length=MAX_READS)]


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The result for each read of the batch: stored now, stored before, rejected, or dropped, as its reader may not
    record there: the reader deletes it; and which reads have plates whose alerts were handled recently. What is empty
    is left out: a reader from before a field decodes a receipt that does not need it."""

    batch: UUID
    accepted: ReadIds
    duplicates: ReadIds
    rejected: Annotated[list[ReadRejection], Meta(max_length=MAX_READS)]
    handled: Annotated[list[HandledAlert], Meta(max_length=MAX_READS)] = []
    dropped: ReadIds = []


def decode_batch(data: bytes) -> Batch:
    """A batch from msgpack, its reads still unverified and its images unchecked. Raises `WireError`."""
    return decode(data, Batch, MAX_BATCH_BYTES)


def decode_receipt(data: bytes) -> Receipt:
    """The hub's receipt from msgpack. Raises `WireError`."""
    return decode(data, Receipt, MAX_RECEIPT_BYTES)
