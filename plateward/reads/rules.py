"""Which reads of a batch are taken. Pure: bytes and a clock in, a verdict out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward import clock
from plateward.policy.trace import enforces
from plateward.wire import WireError
from plateward.wire.batch import Batch
from plateward.wire.read import Read, SignedRead, open_read

# A clock that is further ahead than this is wrong, and so is every time it gives.
MOST_AHEAD = timedelta(minutes=5)
JPEG = b"\xff\xd8\xff"


class RejectionReason(StrEnum):
    """Why a read is not taken, as the log counts it."""

    ANOTHER = "another read under its id"
    CAMERA = "another camera"
    DESTROYED = "its day was destroyed"
    FUTURE = "from the future"
    IMAGE = "its images"
    SIGNATURE = "malformed or not signed"
    TERM = "past its term"


@dataclass(frozen=True)
class AcceptedRead:
    """A read that holds together, with its two images as JPEG bytes."""

    read: Read
    signed: SignedRead
    context: bytes
    plate: bytes


@dataclass(frozen=True)
class RejectedRead:
    """A read that does not, and why, for its reader in words; `read` where it could be read at all."""

    read: Read | None
    why: RejectionReason
    reason: str


@enforces("5.c", "5.i", "6.j.i")
def judge_read(
    signed: SignedRead, batch: Batch, key: Ed25519PublicKey, camera: str, now: datetime, retention: timedelta
) -> AcceptedRead | RejectedRead:
    """Signature, camera, time, and both images with the very bytes that the reader signed for. `kept`: for how long the
    agency keeps a read."""
    try:
        read = open_read(key, signed)
    except WireError as error:
        return RejectedRead(None, RejectionReason.SIGNATURE, str(error))
    if read.camera != camera:
        reason = f"This reader's camera is {camera}; the read names {read.camera}."
        return RejectedRead(read, RejectionReason.CAMERA, reason)
    if fault := why_untimely(read.captured_at, now, retention):
        return RejectedRead(read, *fault)
    try:
        context, plate = batch.image(read.context_sha256), batch.image(read.plate_sha256)
    except WireError as error:
        return RejectedRead(read, RejectionReason.IMAGE, str(error))
    if not (context.startswith(JPEG) and plate.startswith(JPEG)):
        return RejectedRead(read, RejectionReason.IMAGE, "An image is not a JPEG.")
    return AcceptedRead(read, signed, context, plate)


@enforces("6.h.ii", "5.i")
def why_untimely(
    captured_at: datetime, now: datetime, retention: timedelta
) -> tuple[RejectionReason, str] | None:
    """Why a read of that moment is refused for good, if it is. What is taken lies on a day whose term is not over, so
    no key or file is made for another."""
    if captured_at > now + MOST_AHEAD:
        ahead = clock.format_span(captured_at - now)
        return RejectionReason.FUTURE, f"The reader's clock is {ahead} ahead of the hub's. Set its clock."
    if captured_at < now - retention:
        age = clock.format_span(now - captured_at)
        return RejectionReason.TERM, (
            f"It was captured {age} ago, and the agency keeps a read for {retention.days} days (OPR:50 6.h.ii). "
            "It is refused for good."
        )
    return None
