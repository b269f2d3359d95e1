"""The reader's own copy of where it may record, and the count of what it dropped because of it."""

from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward import clock
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces
from plateward.reader.errors import PlacementRefused
from plateward.reader.frames import Say
from plateward.reader.hotlist import SKEW
from plateward.vault.files import read_private, replace_file
from plateward.vault.sealing import seal, unseal
from plateward.wire.placement import DropCounts, Placement, SignedPlacement, open_placement
from plateward.wire.read import Position
from plateward.wire.where import DropReason, why_dropped

CONTEXT, COUNTS = b"reader placement", b"reader drops"


class LocalPlacement:
    """`path` holds what the hub signed for the reader `name`, sealed. Without the hub, the last one counts."""

    def __init__(self, path: Path, key: bytes, hub: Ed25519PublicKey, name: str, say: Say) -> None:
        self._path, self._key, self._hub, self._name, self._say = path, key, hub, name, say
        self.current: Placement | None = None
        try:
            signed = msgspec.msgpack.decode(unseal(key, read_private(path), CONTEXT), type=SignedPlacement)
            self.current = self._open(signed)
        except FileNotFoundError:
            say("This reader does not know where it may record; alarms start when the hub sends it.")
        except (PlatewardError, msgspec.DecodeError) as error:
            say(
                f"Where this reader may record cannot be read; no alarms until the hub sends it again: {error}"
            )

    @property
    def version(self) -> str:
        """Empty without a placement."""
        return self.current.version if self.current else ""

    @enforces("6.a.ii.1")
    def why_dropped(self, at: datetime, position: Position) -> DropReason | None:
        """Why nothing photographed then and there may be kept, if so. Not known without a placement: then nothing is
        compared, and the hub decides what it keeps."""
        current = self.current
        return why_dropped(at, position, current.deployments, current.zones) if current else None

    @enforces("6.a.ii.1", "6.j.i")
    def offer(self, signed: SignedPlacement) -> None:
        """Take over another placement. Raises `PlacementRefused` if it is forged, another reader's, or older than the
        current one, which then stays."""
        try:
            offered = self._open(signed)
        except PlatewardError as error:
            raise PlacementRefused(f"Where this reader may record was refused: {error}") from error
        if self.current and offered.made_at < self.current.made_at - SKEW:
            raise PlacementRefused(
                f"Where this reader may record was refused: it was made at {offered.made_at:%Y-%m-%d %H:%M:%S} UTC, "
                f"before the current one ({self.current.made_at:%Y-%m-%d %H:%M:%S} UTC)."
            )
        try:
            replace_file(self._path, seal(self._key, msgspec.msgpack.encode(signed), CONTEXT))
        except OSError as error:
            self._say(f"Where this reader may record is used but could not be stored: {error.strerror}.")
        self.current = offered

    def _open(self, signed: SignedPlacement) -> Placement:
        placement = open_placement(self._hub, signed)
        if placement.reader != self._name:
            raise PlacementRefused(f"it is that of the reader {placement.reader}.")
        return placement


class Drops:
    """How many reads this reader dropped itself: nothing else of them is kept. The reading thread counts, the sending
    one reports."""

    def __init__(self, path: Path, key: bytes, say: Say) -> None:
        self._path, self._key, self._say = path, key, say
        self.counts = DropCounts(clock.now())
        try:
            self.counts = msgspec.msgpack.decode(unseal(key, read_private(path), COUNTS), type=DropCounts)
        except FileNotFoundError:
            pass
        except (PlatewardError, msgspec.DecodeError) as error:
            say(f"The count of dropped reads cannot be read; it begins again at 0: {error}")

    @enforces("6.a.ii.1")
    def add(self, reason: DropReason, reads: int) -> None:
        """So many more, on disk before the next photograph."""
        outside, in_zones = self.counts.outside, self.counts.in_zones
        match reason:
            case DropReason.DEPLOYMENT:
                outside += reads
            case DropReason.ZONE:
                in_zones += reads
        self.counts = DropCounts(self.counts.since, outside, in_zones)
        try:
            replace_file(self._path, seal(self._key, msgspec.msgpack.encode(self.counts), COUNTS))
        except OSError as error:
            self._say(f"The count of dropped reads could not be stored: {error.strerror}.")
