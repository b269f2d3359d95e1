"""Where backups lie: contents by name, each there whole or not at all. What they are, `target.py` says."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO, Protocol

from plateward.ground.errors import PlatewardError
from plateward.ground.vault.files import private_directory, replace_file


class TargetUnusable(PlatewardError):
    """The place of the backups cannot be used; the sentence says why."""


class Store(Protocol):
    """A name is a path of it: `objects/3f/3f…`. Raises TargetUnusable, or OSError of the disk. `str()` of it is what a
    person calls it."""

    def opened(self) -> AbstractContextManager[None]:
        """It can be written to, and who else writes there is kept out, or found by `put_new`."""

    def names(self, below: str) -> Iterator[str]:
        """All that begin with `below/`, in any order."""

    def get(self, name: str) -> IO[bytes]:
        """Raises FileNotFoundError."""

    def put(self, name: str, content: Iterable[bytes]) -> None:
        """In its parts, in order. What it takes the place of is the same."""

    def put_new(self, name: str, content: bytes) -> None:
        """Raises TargetUnusable if it is there."""

    def remove(self, names: Sequence[str]) -> None:
        """Those that are there."""


@contextmanager
def told(place: object) -> Iterator[None]:
    """What the disk of a target refuses, in a sentence."""
    try:
        yield
    except OSError as error:
        raise TargetUnusable(
            f"The backup in {place} stopped: {error.strerror}. What is complete there stays, and the same command goes "
            "on from it. Make room there, or give this user access to it."
        ) from error


@dataclass(frozen=True)
class Folder:
    """A folder, for one writer at a time."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @contextmanager
    def opened(self) -> Iterator[None]:
        with told(self):
            private_directory(self.path)
            descriptor = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            try:
                flock(descriptor, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                raise TargetUnusable(f"Another backup to {self} is running. Wait for its end.") from None
            yield
        finally:
            os.close(descriptor)

    def names(self, below: str) -> Iterator[str]:
        for folder, _, names in os.walk(self.path / below):
            yield from (Path(folder, name).relative_to(self.path).as_posix() for name in names)

    def get(self, name: str) -> IO[bytes]:
        descriptor = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(0, "not a plain file")
        return os.fdopen(descriptor, "rb")

    def put(self, name: str, content: Iterable[bytes]) -> None:
        path = self.path / name
        private_directory(path.parent)
        replace_file(path, content)

    def put_new(self, name: str, content: bytes) -> None:
        self.put(name, [content])  # the lock keeps out who else could make it

    def remove(self, names: Sequence[str]) -> None:
        for name in names:
            (self.path / name).unlink(missing_ok=True)
