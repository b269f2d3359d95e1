"""A file that is there whole or not at all, at its name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from plateward.core.db.disk_full import disk_is_full
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import erase_file, sync_directory

CHUNK = 1024 * 1024


class NotWritten(PlatewardError):
    """The package could not be written: the sentence says why. Nothing is left of it."""


class WholeFile:
    """The draft of a file. Nobody sees it until `appear`."""

    def __init__(self, path: Path, draft: Path, file: BinaryIO) -> None:
        self.path, self._draft, self.file, self.appeared = path, draft, file, False

    def finish(self) -> tuple[str, int]:
        """Have all of it on disk. Returns its SHA-256 (hex) and its size."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.seek(0)
        digest = sha256()
        while chunk := self.file.read(CHUNK):
            digest.update(chunk)
        return digest.hexdigest(), self.file.tell()

    def appear(self) -> None:
        """At its name now, in place of what was there."""
        os.replace(self._draft, self.path)
        self.appeared = True
        sync_directory(self.path.parent)


@contextmanager
@enforces("6.a.iv/download")
def whole_file(path: Path) -> Iterator[WholeFile]:
    """A draft beside `path`, one at a time; gone if the block fails. One that a killed process left is written over.
    Raises NotWritten."""
    draft = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            try:
                flock(descriptor, LOCK_EX | LOCK_NB)  # a killed process's ends with it
            except BlockingIOError as error:
                raise NotWritten(f"{path.name} is being written by another process. Wait for it.") from error
            if not (draft.exists() and os.path.samestat(os.fstat(descriptor), draft.stat())):
                raise NotWritten(f"{path.name} was just written by another process.")
            whole = WholeFile(path, draft, file)
            try:
                file.truncate(0)
                yield whole
            finally:
                if not whole.appeared:  # afterward the name may be another process's draft
                    erase_file(draft)  # nothing of it stays in the clear
    except OSError as error:
        why = "the disk is full" if disk_is_full(error) else error.strerror
        raise NotWritten(
            f"The package could not be written to {path}: {why}. Nothing is left of it."
        ) from error
