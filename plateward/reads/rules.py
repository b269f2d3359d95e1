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
AHEAD = timedelta(minutes=5)
JPEG = b"\xff\xd8\xff"


class Why(StrEnum):
    """Why a read is not taken, as the log counts it."""

    ANOTHER = "another read under its id"
    CAMERA = "another camera"
    DESTROYED = "its day was destroyed"
    FUTURE = "from the future"
    IMAGE = "its images"
    SIGNATURE = "malformed or not signed"
    TERM = "past its term"


@dataclass(frozen=True)
class Taken:
    """A read that holds together, with its two images as JPEG bytes."""

    read: Read
    signed: SignedRead
    context: bytes
    plate: bytes


@dataclass(frozen=True)
class NotTaken:
    """A read that does not, and why, for its reader in words; `read` where it could be read at all."""

    read: Read | None
    why: Why
    reason: str


@enforces("5.c", "5.i", "6.j.i")
def judge(
    signed: SignedRead, batch: Batch, key: Ed25519PublicKey, camera: str, now: datetime, kept: timedelta
) -> Taken | NotTaken:
    """Signature, camera, time, and both images with the very bytes that the reader signed for. `kept`: for how long the
    agency keeps a read."""
    try:
        read = open_read(key, signed)
    except WireError as error:
        return NotTaken(None, Why.SIGNATURE, str(error))
    if read.camera != camera:
        reason = f"This reader's camera is {camera}; the read names {read.camera}."
        return NotTaken(read, Why.CAMERA, reason)
    if why := untimely(read.captured_at, now, kept):
        return NotTaken(read, *why)
    try:
        context, plate = batch.image(read.context_sha256), batch.image(read.plate_sha256)
    except WireError as error:
        return NotTaken(read, Why.IMAGE, str(error))
    if not (context.startswith(JPEG) and plate.startswith(JPEG)):
        return NotTaken(read, Why.IMAGE, "An image is not a JPEG.")
    return Taken(read, signed, context, plate)


@enforces("6.h.ii", "5.i")
def untimely(captured_at: datetime, now: datetime, kept: timedelta) -> tuple[Why, str] | None:
    """Why a read of that moment is refused for good, if it is. What is taken lies on a day whose term is not over, so
    no key or file is made for another."""
    if captured_at > now + AHEAD:
        ahead = clock.span(captured_at - now)
        return Why.FUTURE, f"The reader's clock is {ahead} ahead of the hub's. Set its clock."
    if captured_at < now - kept:
        age = clock.span(now - captured_at)
        return Why.TERM, (
            f"It was captured {age} ago, and the agency keeps a read for {kept.days} days (OPR:50 6.h.ii). "
            "It is refused for good."
        )
    return None
