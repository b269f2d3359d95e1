"""Which reads of a batch are taken. Pure: bytes and a clock in, a verdict out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.policy.trace import enforces
from plateward.wire import WireError
from plateward.wire.batch import Batch
from plateward.wire.read import Read, SignedRead, open_read

# A clock that is further ahead than this is wrong, and so is every time it gives.
AHEAD = timedelta(minutes=5)
JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class Taken:
    """A read that holds together, with its two images as JPEG bytes."""

    read: Read
    signed: SignedRead
    context: bytes
    plate: bytes


@dataclass(frozen=True)
class NotTaken:
    """A read that does not, and why; `id` where it could be read at all."""

    read: Read | None
    reason: str


@enforces("5.c", "5.i", "6.j.i")
def judge(
    signed: SignedRead, batch: Batch, key: Ed25519PublicKey, camera: str, now: datetime
) -> Taken | NotTaken:
    """Signature, camera, clock, and both images with the very bytes that the reader signed for."""
    try:
        read = open_read(key, signed)
    except WireError as error:
        return NotTaken(None, str(error))
    if read.camera != camera:
        return NotTaken(read, f"This reader's camera is {camera}; the read names {read.camera}.")
    if read.captured_at > now + AHEAD:
        ahead = (read.captured_at - now).total_seconds()
        return NotTaken(read, f"The reader's clock is {ahead:.0f} s ahead of the hub's. Set its clock.")
    try:
        context, plate = batch.image(read.context_sha256), batch.image(read.plate_sha256)
    except WireError as error:
        return NotTaken(read, str(error))
    if not (context.startswith(JPEG) and plate.startswith(JPEG)):
        return NotTaken(read, "An image is not a JPEG.")
    return Taken(read, signed, context, plate)
