"""A file that is there whole or not at all, at its name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from plateward.core.db.disk_full import disk_is_full
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import erase_file, sync_directory

PIECE = 1024 * 1024  # bytes


class NotWritten(PlatewardError):
    """The package could not be written: the sentence says why. Nothing is left of it."""


@contextmanager
@enforces("6.a.iv/download")
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A draft beside `path`, which is there in place of what was once the block is done; if that fails, nothing of it
    stays. Raises NotWritten."""
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            try:
                yield draft
                draft.flush()
                os.fsync(draft.fileno())
                os.replace(draft.name, path)
            except BaseException:
                erase_file(Path(draft.name))
                raise
        sync_directory(path.parent)
    except OSError as error:
        why = "the disk is full" if disk_is_full(error) else error.strerror
        raise NotWritten(
            f"The package could not be written to {path}: {why}. Nothing is left of it."
        ) from error


def measured(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 (hex) and size of all of it, once it is on disk."""
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    digest = sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest(), file.tell()
