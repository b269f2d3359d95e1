"""The reader's own copy of where it may record, and the count of what it dropped because of it."""

from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec.structs import replace

from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.placement import DropCounts, Placement, SignedPlacement, open_placement
from plateward.ground.wire.read import Position
from plateward.ground.wire.where import DropReason, why_dropped
from plateward.reader.errors import PlacementRefused
from plateward.reader.frames import Say
from plateward.reader.hotlist import SKEW
from plateward.reader.sealed import SealedFile

CONTEXT, COUNTS = b"reader placement", b"reader drops"


class LocalPlacement:
    """`path` holds what the hub signed for the reader `name`, sealed. Without the hub, the last one counts."""

    def __init__(self, path: Path, key: bytes, hub: Ed25519PublicKey, name: str, say: Say) -> None:
        self._file = SealedFile(path, key, CONTEXT)
        self._hub, self._name, self._say = hub, name, say
        self.current: Placement | None = None
        self._clock_wrong = False
        try:
            signed = msgspec.msgpack.decode(self._file.read(), type=SignedPlacement)
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

    @enforces("6.a.ii.1/outside", "6.a.ii.1/zones")
    def why_dropped(
        self, at: datetime, position: Position | None, last: Position | None = None
    ) -> DropReason | None:
        """Why nothing photographed then and there may be kept, if so; `last`: the last good position, where there is
        none. Not known without a placement: then nothing is compared, and the hub decides what it keeps."""
        current = self.current
        if current is None:
            return None
        return why_dropped(self._possible(at, current), position, current.deployments, current.zones, last)

    def _possible(self, at: datetime, current: Placement) -> datetime:
        """`at`, but with a clock that says a time from before the hub made the placement, that one at the earliest: a
        machine whose clock begins in another year is not outside every deployment because of it."""
        now = clock.now()
        wrong = now < current.made_at - SKEW
        if wrong and not self._clock_wrong:
            self._say(
                f"The clock of this machine is wrong: it says {now:%Y-%m-%d %H:%M} UTC, and it is past "
                f"{current.made_at:%Y-%m-%d %H:%M} UTC. Set it: the hub refuses this reader until then."
            )
        self._clock_wrong = wrong
        return max(at, current.made_at) if wrong else at

    @enforces("6.a.ii.1/outside", "6.a.ii.1/zones")
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
            self._file.replace(msgspec.msgpack.encode(signed))
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
        self._file, self._say = SealedFile(path, key, COUNTS), say
        kept = self._file.load(  # a damaged count keeps no reader from starting
            DropCounts,
            lambda error: say(f"The count of dropped reads cannot be read; it begins again at 0: {error}"),
        )
        self.counts = kept or DropCounts(clock.now())

    @enforces("6.a.ii.1/zones")
    def add(self, reason: DropReason, reads: int) -> None:
        """So many more, on disk before the next photograph."""
        counts = self.counts
        match reason:
            case DropReason.DEPLOYMENT:
                self.counts = replace(counts, outside=counts.outside + reads)
            case DropReason.ZONE:
                self.counts = replace(counts, in_zones=counts.in_zones + reads)
            case DropReason.UNKNOWN:
                self.counts = replace(counts, unknown=counts.unknown + reads)
        try:
            self._file.replace(msgspec.msgpack.encode(self.counts))
        except OSError as error:
            self._say(f"The count of dropped reads could not be stored: {error.strerror}.")
