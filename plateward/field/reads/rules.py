"""Which reads of a batch are accepted. Pure: bytes and a clock in, a verdict out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.ground import clock
from plateward.ground.policy.limits import least_days
from plateward.ground.policy.packs import cited_as
from plateward.ground.policy.trace import enforces
from plateward.ground.wire import WireError
from plateward.ground.wire.batch import Batch
from plateward.ground.wire.read import Read, SignedRead, open_read

# A clock further ahead than this is wrong, and so is every time it gives.
MOST_AHEAD = timedelta(minutes=5)
# Smaller reader clock errors go unmentioned: a request can take this long to arrive.
MAX_CLOCK_ERROR = timedelta(seconds=30)
JPEG = b"\xff\xd8\xff"


class RejectionReason(StrEnum):
    """Why a read is rejected, as the log counts it."""

    ANOTHER = "another read under its id"
    CAMERA = "another camera"
    DESTROYED = "its day was destroyed"
    FUTURE = "from the future"
    IMAGE = "its images"
    SIGNATURE = "malformed or not signed"
    TERM = "past its term"


@dataclass(frozen=True)
class AcceptedRead:
    """A consistent read, with its two images as JPEG bytes."""

    read: Read
    signed: SignedRead
    context: bytes
    plate: bytes


@dataclass(frozen=True)
class RejectedRead:
    """A rejected read, and why, in words for its reader; `read` is set if it could be decoded."""

    read: Read | None
    why: RejectionReason
    reason: str


@enforces("5.c/image", "5.c/data", "5.i/record", "6.j.i/proven")
def judge_read(
    signed: SignedRead,
    batch: Batch,
    key: Ed25519PublicKey,
    camera: str,
    now: datetime,
    retention: Callable[[], timedelta],
) -> AcceptedRead | RejectedRead:
    """Check signature, camera, time, and that both images have exactly the bytes that the reader signed. `retention`:
    how long the agency keeps a read; asked for old reads only."""
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


def hub_time(captured_at: datetime, ahead: timedelta) -> datetime:
    """When it was seen, by the hub's clock. `ahead`: how far ahead the reader's clock was on sending."""
    return captured_at if abs(ahead) < MAX_CLOCK_ERROR else captured_at - ahead


@enforces("6.h.ii/reads", "5.i/record")
def why_untimely(
    captured_at: datetime, now: datetime, retention: Callable[[], timedelta]
) -> tuple[RejectionReason, str] | None:
    """Why a read from that moment is refused for good, if it is. Accepted reads are from days within their retention,
    so no key or file is made for any other day."""
    if captured_at > now + MOST_AHEAD:
        ahead = clock.format_span(captured_at - now)
        return RejectionReason.FUTURE, f"The reader's clock is {ahead} ahead of the hub's. Set its clock."
    least = timedelta(days=least_days(hits=False))  # whatever the agency's term is
    if captured_at < now - least and captured_at < now - (kept := retention()):
        age = clock.format_span(now - captured_at)
        return RejectionReason.TERM, (
            f"It was captured {age} ago, and the agency keeps a read for {kept.days} days "
            f"(clause {cited_as('6.h.ii')}). "
            "It is refused permanently."
        )
    return None
