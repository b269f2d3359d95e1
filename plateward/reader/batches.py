"""Which batch this reader sends, and which one before it the hub acknowledged: by that the hub notices a copy of the
reader (docs/threats.md)."""

from pathlib import Path
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from plateward.ground.policy.trace import enforces
from plateward.reader.frames import Say
from plateward.reader.sealed import SealedFile

BATCHES = b"reader batches"


class BatchNumbers(msgspec.Struct, frozen=True):
    """Of the batch that is sent until it is acknowledged, and of the one before."""

    next: UUID
    after: UUID


@enforces("6.j.i/proven")
class Batches:
    """On disk before a batch is sent and once it is acknowledged: a reader that is killed in between sends the same
    number again."""

    def __init__(self, path: Path, key: bytes, say: Say) -> None:
        self._file, self._say = SealedFile(path, key, BATCHES), say
        kept = self._file.load(
            BatchNumbers,
            lambda error: say(
                f"The number of the last batch cannot be read, and the hub will ask why: {error}"
            ),
        )
        self.numbers = kept or self._store(BatchNumbers(uuid7(), uuid7()))

    def acknowledged(self) -> None:
        """The hub has it."""
        self.numbers = self._store(BatchNumbers(uuid7(), self.numbers.next))

    def _store(self, numbers: BatchNumbers) -> BatchNumbers:
        try:
            self._file.replace(msgspec.msgpack.encode(numbers))
        except OSError as error:
            self._say(f"The number of the last batch could not be stored: {error.strerror}.")
        return numbers
