"""The reader's own copy of the hot list: matches on the road, with or without the hub."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.matching.engine import Hit, HotListIndex
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.hotlist import SignedDelta, SignedHotList, open_delta, open_hotlist
from plateward.reader.errors import HotListRefused
from plateward.reader.frames import Say
from plateward.reader.sealed import SealedFile
from plateward.recognition.types import Character

CONTEXT, CHANGE = b"reader hot list", b"reader hot list change"
# Every change is a file of its own, read at each start; beyond this many, the whole list is fetched again.
MOST_CHANGES = 200
SKEW = timedelta(minutes=5)  # between the clocks of the hub's nodes
# A recall reaches every connected reader within this time; a reader that heard nothing from the hub for longer is away.
AWAY = 60.0  # seconds


@dataclass(frozen=True)
class LoadedHotList:
    """One version of the hot list, ready to match."""

    version: str
    made_at: datetime
    lists: frozenset[int]
    index: HotListIndex


@enforces("5.a/compare", "6.i.i/aes")
class LocalHotList:
    """`path` holds the hub's signed list, sealed, with its changes beside it, each signed and sealed too. A new list
    replaces them all; matching never waits for that, and a crash always leaves a list that the hub signed."""

    def __init__(self, path: Path, key: bytes, hub: Ed25519PublicKey, say: Say) -> None:
        self._path, self._key, self._hub, self._say = path, key, hub, say
        self._file = SealedFile(path, key, CONTEXT)
        self.current: LoadedHotList | None = None
        self.confirmed_at: datetime | None = None  # when the hub last said that it is current
        self._answered = -AWAY  # the same on the monotonic clock; long ago at start
        self._changes = 0
        self._in_doubt = False
        try:
            signed = msgspec.msgpack.decode(self._file.read(), type=SignedHotList)
            self.current = self._follow(self._open(signed))
        except FileNotFoundError:
            say("This reader has no hot list yet; alarms start when the hub sends one.")
        except (PlatewardError, msgspec.DecodeError) as error:
            say(f"The stored hot list cannot be used; requesting it again: {error}")

    @property
    def delta_base(self) -> LoadedHotList | None:
        """The list that the hub may send a change for; None requests the whole list."""
        return None if self._in_doubt or self._changes >= MOST_CHANGES else self.current

    @property
    def away(self) -> bool:
        """Whether this reader has heard nothing from the hub for so long that it may have missed recalls."""
        return time.monotonic() - self._answered > AWAY

    def confirm(self) -> None:
        """The hub says that the current list is up to date."""
        self._answered, self.confirmed_at = time.monotonic(), clock.now()

    def match(
        self, plate: str, state: str | None, at: datetime, characters: Sequence[Character] = ()
    ) -> tuple[LoadedHotList | None, list[Hit]]:
        """The list and its hits, best first, without entries that were expired or stale at `at`."""
        current = self.current
        if current is None:
            return None, []
        return current, current.index.match(plate, state, at, characters)

    def offer(self, signed: SignedHotList | SignedDelta) -> None:
        """Take over a list, or a change to the current one. Raises `HotListRefused` if it is forged, older than the
        current list, or a change that does not lead to the hub's list; then the whole list is requested."""
        try:
            offered = self._open(signed) if isinstance(signed, SignedHotList) else self._changed(signed)
        except PlatewardError as error:
            self._in_doubt = True
            raise HotListRefused(f"The hot list from the hub was refused: {error}") from error
        if self.current and offered.made_at < self.current.made_at - SKEW:
            raise HotListRefused(
                "The hot list from the hub was refused: it was made at "
                f"{offered.made_at:%Y-%m-%d %H:%M:%S} UTC, before the "
                f"current one ({self.current.made_at:%Y-%m-%d %H:%M:%S} UTC)."
            )
        try:
            self._store(signed)
        except OSError as error:
            self._say(f"The new hot list is used but could not be stored: {error.strerror}.")
        self.current, self._in_doubt = offered, False
        self.confirm()

    def _store(self, signed: SignedHotList | SignedDelta) -> None:
        """A change is stored beside the list. A list is stored in its own place first: changes that a crash leaves
        there start from another version, and are ignored."""
        content = msgspec.msgpack.encode(signed)
        if isinstance(signed, SignedDelta):
            self._change(self._changes + 1).replace(content)
            self._changes += 1
            return
        self._file.replace(content)
        self._changes = 0
        for old in self._path.parent.glob(f"{self._path.name}.*"):
            old.unlink()

    def _change(self, number: int) -> SealedFile:
        return SealedFile(self._path.with_name(f"{self._path.name}.{number:04}"), self._key, CHANGE)

    def _follow(self, loaded: LoadedHotList) -> LoadedHotList:
        """Apply the stored changes in order, as far as they fit."""
        while (change := self._change(self._changes + 1)).path.exists():
            try:
                loaded = self._changed(msgspec.msgpack.decode(change.read(), type=SignedDelta), loaded)
            except (PlatewardError, msgspec.DecodeError):
                break  # cut off, or of another list: the hub sends the rest
            self._changes += 1
        return loaded

    def _open(self, signed: SignedHotList) -> LoadedHotList:
        hotlist = open_hotlist(self._hub, signed)
        lists = frozenset(head.id for head in hotlist.lists)
        return LoadedHotList(hotlist.version, hotlist.made_at, lists, HotListIndex.of(hotlist))

    def _changed(self, signed: SignedDelta, before: LoadedHotList | None = None) -> LoadedHotList:
        delta, before = open_delta(self._hub, signed), before or self.current
        if before is None:
            raise HotListRefused("it changes a list that is not here.")
        index = before.index.after(delta)
        if len(index) != delta.count:
            raise HotListRefused(f"it leads to {len(index)} entries, and the hub has {delta.count}.")
        return LoadedHotList(delta.version, delta.made_at, frozenset(head.id for head in delta.lists), index)
