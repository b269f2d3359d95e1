"""The files in which a reader keeps what the hub signed for it, and what it counts."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import read_private, replace_file
from plateward.ground.vault.sealing import seal, unseal

Kind = TypeVar("Kind")


@enforces("6.i.i/aes")
class SealedFile:
    """Sealed with the reader's `key`, for one purpose, `context`."""

    def __init__(self, path: Path, key: bytes, context: bytes) -> None:
        self.path, self._key, self._context = path, key, context

    def read(self) -> bytes:
        """The content. First deletes drafts that a power cut left, its own and those of files beside it that are named
        after it: they would pile up and fill the disk. Raises `OSError` or `PlatewardError`."""
        for draft in self.path.parent.glob(f".{self.path.name}.*"):
            with suppress(OSError):  # a disk that takes no writes any more can still be read
                draft.unlink()
        return unseal(self._key, read_private(self.path), self._context)

    def load(self, kind: type[Kind], damaged: Callable[[Exception], object] = lambda _: None) -> Kind | None:
        """The content as msgpack of this kind; None if there is none, or if it cannot be read, which `damaged`
        hears."""
        try:
            return msgspec.msgpack.decode(self.read(), type=kind)
        except FileNotFoundError:
            return None
        except (OSError, PlatewardError, msgspec.DecodeError) as error:
            damaged(error)
            return None

    def replace(self, content: bytes) -> None:
        """Put this in its place, whole or not at all. Raises `OSError`."""
        replace_file(self.path, seal(self._key, content, self._context))
