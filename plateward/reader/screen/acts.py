"""What happened at the screen and the hub does not know yet, kept sealed until it does."""

import threading
from collections.abc import Callable, Collection
from pathlib import Path
from uuid import UUID

import msgspec
import uuid_utils.compat

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.officer import MOST_ACTS, ActKind, ScreenAct
from plateward.reader.sealed import SealedFile

MOST = 2000


@enforces("AU-2/logons", "6.b.i.9/entries")
class Acts:
    """In order, on disk before anything is answered. Past the limit it takes no more: then nobody logs in."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._file = SealedFile(path, key, b"reader acts")
        self._lock = threading.Lock()
        self._waiting = self._file.load(list[ScreenAct]) or []

    def add(
        self,
        kind: ActKind,
        username: str,
        why: str = "",
        read: UUID | None = None,
        purpose: str = "",
    ) -> None:
        """Raises `OSError` if it cannot be stored."""
        item = ScreenAct(
            uuid_utils.compat.uuid7(), kind, username[:32], clock.now(), why[:500], read, purpose
        )
        with self._lock:
            if len(self._waiting) >= MOST and kind != "logout":
                raise OSError("Too much waits for the hub's log.")
            self._replace([*self._waiting, item])

    def due(self, unsent: Callable[[], Collection[UUID]]) -> list[ScreenAct]:
        """As many as one report carries; an acknowledgment waits until its read has left (`unsent` are those that have
        not)."""
        with self._lock:
            waiting = list(self._waiting)
        if any(item.read for item in waiting):
            still = set(unsent())
            waiting = [item for item in waiting if item.read not in still]
        return waiting[:MOST_ACTS]

    def remove(self, done: Collection[ScreenAct]) -> None:
        ids = {item.id for item in done}
        with self._lock:
            if ids:
                self._replace([item for item in self._waiting if item.id not in ids])

    def _replace(self, waiting: list[ScreenAct]) -> None:
        self._file.replace(msgspec.msgpack.encode(waiting))
        self._waiting = waiting
