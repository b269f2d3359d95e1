"""The reader's own copy of the hot list: matched on the road, with or without the hub."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward import clock
from plateward.errors import PlatewardError
from plateward.matching.engine import Hit, HotListIndex
from plateward.policy.trace import enforces
from plateward.reader.errors import HotListRefused
from plateward.reader.frames import Say
from plateward.recognition.types import Character
from plateward.vault.files import read_private, replace_file
from plateward.vault.sealing import seal, unseal
from plateward.wire.hotlist import SignedDelta, SignedHotList, open_delta, open_hotlist

CONTEXT, CHANGE = b"reader hot list", b"reader hot list change"
# Every change is a file of its own, read again at each start; past so many the whole list is fetched anew.
MOST_CHANGES = 200
SKEW = timedelta(minutes=5)  # between the clocks of the hub's nodes
# A recall reaches every connected reader within this; who heard nothing of the hub for longer is away.
AWAY = 60.0  # seconds


@dataclass(frozen=True)
class LoadedHotList:
    """One version of the hot list, ready to match."""

    version: str
    made_at: datetime
    lists: frozenset[int]
    index: HotListIndex


@enforces("5.a", "6.i.i")
class LocalHotList:
    """`path` holds the hub's signed list, sealed, and beside it lie its changes, each signed and sealed too. A new list
    replaces them all; no match waits for that, and what a crash leaves is a list that the hub signed."""

    def __init__(self, path: Path, key: bytes, hub: Ed25519PublicKey, say: Say) -> None:
        self._path, self._key, self._hub, self._say = path, key, hub, say
        self.current: LoadedHotList | None = None
        self.confirmed_at: datetime | None = None  # when the hub last said that it is the present one
        self._heard = -AWAY  # the same, by the clock that nobody sets; at the start it was long ago
        self._changes = 0
        self._in_doubt = False
        for draft in path.parent.glob(f".{path.name}.*"):
            draft.unlink()  # cut off by a crash: a large list would fill the disk again and again
        try:
            signed = msgspec.msgpack.decode(unseal(key, read_private(path), CONTEXT), type=SignedHotList)
            self.current = self._follow(self._open(signed))
        except FileNotFoundError:
            say("This reader has no hot list yet; it alarms once the hub has given one.")
        except (PlatewardError, msgspec.DecodeError) as error:
            say(f"The stored hot list cannot be used, and the hub is asked for it again: {error}")

    @property
    def held(self) -> LoadedHotList | None:
        """What the hub may tell a change of; None asks for the whole."""
        return None if self._in_doubt or self._changes >= MOST_CHANGES else self.current

    @property
    def away(self) -> bool:
        """Whether this reader has heard nothing of the hub for so long that recalls may have passed it by."""
        return time.monotonic() - self._heard > AWAY

    def confirm(self) -> None:
        """The hub says that the list at hand is the present one."""
        self._heard, self.confirmed_at = time.monotonic(), clock.now()

    def match(
        self, plate: str, state: str | None, at: datetime, characters: Sequence[Character] = ()
    ) -> tuple[LoadedHotList | None, list[Hit]]:
        """The list that was asked and its hits, best first; what had expired or was stale at `at` is none."""
        current = self.current
        if current is None:
            return None, []
        return current, current.index.match(plate, state, at, characters)

    def offer(self, signed: SignedHotList | SignedDelta) -> None:
        """Take over a list, or the change of the one at hand. Raises `HotListRefused`: forged, older than the present
        one, or a change that does not lead to what the hub has; then the whole is asked for."""
        try:
            offered = self._open(signed) if isinstance(signed, SignedHotList) else self._changed(signed)
        except PlatewardError as error:
            self._in_doubt = True
            raise HotListRefused(f"The hot list that the hub gave was refused: {error}") from error
        if self.current and offered.made_at < self.current.made_at - SKEW:
            raise HotListRefused(
                "The hot list that the hub gave was refused: it was made at "
                f"{offered.made_at:%Y-%m-%d %H:%M:%S} UTC, before the one at hand "
                f"({self.current.made_at:%Y-%m-%d %H:%M:%S} UTC)."
            )
        try:
            self._store(signed)
        except OSError as error:
            self._say(f"The new hot list is used but could not be stored: {error.strerror}.")
        self.current, self._in_doubt = offered, False
        self.confirm()

    def _store(self, signed: SignedHotList | SignedDelta) -> None:
        """A change goes beside the list. A list goes first in the list's own place: changes that a crash leaves there
        lead from another version, and are not followed."""
        content = msgspec.msgpack.encode(signed)
        if isinstance(signed, SignedDelta):
            replace_file(self._change(self._changes + 1), seal(self._key, content, CHANGE))
            self._changes += 1
            return
        replace_file(self._path, seal(self._key, content, CONTEXT))
        self._changes = 0
        for old in self._path.parent.glob(f"{self._path.name}.*"):
            old.unlink()

    def _change(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number:04}")

    def _follow(self, loaded: LoadedHotList) -> LoadedHotList:
        """The stored changes, one after the other, as far as they lead."""
        while (path := self._change(self._changes + 1)).exists():
            try:
                content = unseal(self._key, read_private(path), CHANGE)
                loaded = self._changed(msgspec.msgpack.decode(content, type=SignedDelta), loaded)
            except (PlatewardError, msgspec.DecodeError):
                break  # cut off, or of another list: the hub tells the rest
            self._changes += 1
        return loaded

    def _open(self, signed: SignedHotList) -> LoadedHotList:
        hotlist = open_hotlist(self._hub, signed)
        lists = frozenset(head.id for head in hotlist.lists)
        return LoadedHotList(hotlist.version, hotlist.made_at, lists, HotListIndex.of(hotlist))

    def _changed(self, signed: SignedDelta, before: LoadedHotList | None = None) -> LoadedHotList:
        delta, before = open_delta(self._hub, signed), before or self.current
        if before is None:
            raise HotListRefused("it is the change of a list that is not at hand.")
        index = before.index.after(delta)
        if len(index) != delta.count:
            raise HotListRefused(f"it leads to {len(index)} entries, and the hub has {delta.count}.")
        return LoadedHotList(delta.version, delta.made_at, frozenset(head.id for head in delta.lists), index)
