"""A read: what was photographed, where and when. The reader signs it, and it never changes."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import Fraction, Moment, Name, Sha256, Signature, Signing, State, require_utc
from plateward.ground.wire.picture import PictureSeal

READ_PURPOSE = b"plateward.read.v1"
MAX_READ_BYTES = 64 * 1024

Plate = Annotated[str, Meta(pattern=r"\A[A-Z0-9]{1,16}\Z")]
OneCharacter = Annotated[str, Meta(pattern=r"\A[A-Z0-9]\Z")]
Pixels = Annotated[int, Meta(ge=0, le=65_535)]


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the camera was (WGS 84, degrees): accuracy in meters, age of the fix in seconds."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, Meta(ge=0, le=1_000_000)] | None = None
    age_s: Annotated[float, Meta(ge=0, le=31_536_000)] | None = None


class PositionLack(StrEnum):
    """Why a read has no position."""

    NO_FIX = "no fix"
    GONE = "receiver gone"
    OLD = "too old"
    UNSURE = "too unsure"
    JUMPED = "implausible jump"


class VehicleFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact about the vehicle, and its source."""

    value: Name
    source: Name


class ReadVehicle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known about the vehicle; None is unknown."""

    kind: VehicleFact | None = None
    color: VehicleFact | None = None
    make: VehicleFact | None = None
    model: VehicleFact | None = None


class ReadCharacter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A character of the plate, its score from 0 to 1, and the reader's own second choices, best first."""

    char: OneCharacter
    score: Fraction
    alternatives: Annotated[tuple[tuple[OneCharacter, Fraction], ...], Meta(max_length=10)] = ()


@enforces("5.c/image", "5.c/data", "5.c/position", "5.i/record", "5.i/position")
class Read(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A read. `sure`: the engine's own calibration calls it sure enough to ring an alarm. `box` is the plate's
    (x, y, width, height) in pixels of the context image, `heading` in degrees clockwise from north, `shift_check`
    whether the unit's check at start of shift was passed (None: not known). Without a position, `position_lack` says
    why, and `last_position` is the last good one, with its age.

    The images travel beside it; their SHA-256 is in here, so that the signature covers them. `context_tiles` seals the
    context image's tiles: what a redacted copy is proven with.
    """

    id: UUID
    captured_at: Moment
    clock_error_ms: Annotated[int, Meta(ge=0, le=86_400_000)] | None = None
    plate: Plate
    state: State | None = None
    confidence: Fraction
    sure: bool = True
    characters: Annotated[tuple[ReadCharacter, ...], Meta(max_length=20)] = ()
    box: tuple[Pixels, Pixels, Pixels, Pixels]
    vehicle: ReadVehicle = ReadVehicle()
    position: Position | None = None
    position_lack: PositionLack | None = None
    last_position: Position | None = None
    heading: Annotated[float, Meta(ge=0, lt=360)] | None = None
    camera: Name
    deployment: Name | None = None
    context_sha256: Sha256
    context_tiles: PictureSeal | None = None
    plate_sha256: Sha256
    engine: Name
    hotlist_version: Name | None = None
    shift_check: bool | None = None

    def __post_init__(self) -> None:
        require_utc(self.captured_at, "captured_at")
        if self.id.version != 7:
            raise ValueError("id is not a UUID of version 7")
        if self.position and (self.position_lack or self.last_position):
            raise ValueError("a read has a position or says why it has none")


class SignedRead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A read as msgpack, and the reader's signature over exactly these bytes."""

    body: Annotated[bytes, Meta(max_length=MAX_READ_BYTES)]
    signature: Signature


READS = Signing(Read, SignedRead, READ_PURPOSE, MAX_READ_BYTES)
sign_read, open_read = READS.sign, READS.open
