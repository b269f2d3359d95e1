"""The last good position, kept over a new start: with exclusion zones, what a reader may record depends on it."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Position
from plateward.reader.frames import Say
from plateward.reader.sealed import SealedFile

CONTEXT = b"reader position"
EVERY_S = 30.0  # between two writes


class LastPlace:
    """`position` is the one from before the start, with its age by this machine's clock; None if none is known."""

    def __init__(self, path: Path, key: bytes, say: Say) -> None:
        self._file, self._say = SealedFile(path, key, CONTEXT), say
        self._next = 0.0
        self.position: Position | None = None
        kept = self._file.load(
            tuple[Position, datetime], lambda error: say(f"The last position cannot be read: {error}")
        )
        if kept is None:
            return
        position, at = kept
        age = (clock.now() - at) / timedelta(seconds=1)
        if age >= 0:  # otherwise the clock was set back, and nobody knows how old it is
            self.position = msgspec.structs.replace(position, age_s=age)

    @enforces("6.a.ii.1/unsure", "6.i.i/aes")
    def keep(self, position: Position) -> None:
        """On disk, at intervals."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_S
        try:
            self._file.replace(msgspec.msgpack.encode((position, clock.now())))
        except OSError as error:
            self._say(f"The last position could not be stored: {error.strerror}.")
