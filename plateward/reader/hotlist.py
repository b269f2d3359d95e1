"""The reader's own copy of the hot list: matched on the road, with or without the hub."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.errors import PlatewardError
from plateward.matching.engine import Hit, Index
from plateward.policy.trace import enforces
from plateward.reader.errors import HotListRefused
from plateward.reader.frames import Say
from plateward.vault.files import read_private, replace
from plateward.vault.sealing import seal, unseal
from plateward.wire.hotlist import SignedHotList, open_hotlist

CONTEXT = b"reader hot list"


@dataclass(frozen=True)
class Loaded:
    """One version of the hot list, ready to match."""

    version: str
    made_at: datetime
    index: Index


@enforces("5.a", "6.i.i")
class LocalHotList:
    """`path` holds the hub's signed list, sealed. A new one replaces it whole; no match waits for that."""

    def __init__(self, path: Path, key: bytes, hub: Ed25519PublicKey, say: Say) -> None:
        self._path, self._key, self._hub, self._say = path, key, hub, say
        self.current: Loaded | None = None
        for draft in path.parent.glob(f".{path.name}.*"):
            draft.unlink()  # cut off by a crash: a large list would fill the disk again and again
        try:
            signed = msgspec.msgpack.decode(unseal(key, read_private(path), CONTEXT), type=SignedHotList)
            self.current = self._open(signed)
        except FileNotFoundError:
            say("This reader has no hot list yet; it alarms once the hub has given one.")
        except (PlatewardError, msgspec.DecodeError) as error:
            say(f"The stored hot list cannot be used, and the hub is asked for it again: {error}")

    def match(self, plate: str, state: str | None, at: datetime) -> tuple[Loaded | None, list[Hit]]:
        """The list that was asked and its hits, best first; what had expired at `at` is none."""
        current = self.current
        return current, current.index.match(plate, state, at) if current else []

    def offer(self, signed: SignedHotList) -> None:
        """Take over a list from the hub. Raises `HotListRefused`: forged, or older than the present one."""
        try:
            offered = self._open(signed)
        except PlatewardError as error:
            raise HotListRefused(f"The hot list that the hub gave was refused: {error}") from error
        if self.current and offered.made_at < self.current.made_at:
            raise HotListRefused(
                "The hot list that the hub gave was refused: it was made at "
                f"{offered.made_at:%Y-%m-%d %H:%M:%S} UTC, before the one at hand "
                f"({self.current.made_at:%Y-%m-%d %H:%M:%S} UTC)."
            )
        try:
            replace(self._path, seal(self._key, msgspec.msgpack.encode(signed), CONTEXT))
        except OSError as error:
            self._say(f"The new hot list is used but could not be stored: {error.strerror}.")
        self.current = offered

    def _open(self, signed: SignedHotList) -> Loaded:
        hotlist = open_hotlist(self._hub, signed)
        return Loaded(hotlist.version, hotlist.made_at, Index.of(hotlist))
