"""A folder with backups: sealed objects that the backups share, and a sealed manifest for each backup.

    objects/3f/3f…           a piece of a file, in parts of 64 KiB under AES-256-GCM; named by a keyed digest
    backups/000012.backup    a manifest

The key is the ring's, which is in the key archive alone.
"""

import hmac
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

import msgspec

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import private_directory, replace_file
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.sealing import OVERHEAD_BYTES, SealBroken, seal, unseal
from plateward.serve.backup.rules import BackedFile, Manifest, NotRestored

PART = (
    64 * 1024
)  # bytes sealed at once; for larger ones each allocation is new memory, which takes most of the time
MOST_MANIFEST = 256 * 1024 * 1024  # bytes
SUFFIX = ".backup"


class TargetUnusable(PlatewardError):
    """The folder of the backups cannot be used; the sentence says why."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What the disk of a target refuses, in a sentence."""
    try:
        yield
    except OSError as error:
        raise TargetUnusable(
            f"The backup in {path} stopped: {error.strerror}. What is complete there stays, and the same command goes "
            "on from it. Make room there, or give this user access to it."
        ) from error


@dataclass(frozen=True)
class Target:
    """`key`: 32 bytes, of this hub's backups."""

    folder: Path
    key: bytes

    @classmethod
    def of(cls, folder: Path, ring: KeyRing) -> "Target":
        return cls(folder, ring.key("backup"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes there meanwhile. Raises TargetUnusable."""
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            try:
                flock(descriptor, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                raise TargetUnusable(
                    f"Another backup to {self.folder} is running. Wait for its end."
                ) from None
            yield
        finally:
            os.close(descriptor)

    def path(self, file: BackedFile, piece: range) -> Path:
        what = f"{file.path}\n{file.stamp}\n{piece.start}\n{len(piece)}"
        name = hmac.digest(self.key, what.encode(), "sha256").hex()[:40]
        return self.folder / "objects" / name[:2] / name

    @enforces("6.i.i/aes", "SC-28/backup")
    def put(self, file: BackedFile, piece: range, source: IO[bytes]) -> None:
        """Seal this piece, where `source` is, whole or not at all. Raises OSError."""
        path = self.path(file, piece)
        private_directory(path.parent)
        replace_file(path, self._sealed(path, piece, source))

    def _sealed(self, path: Path, piece: range, source: IO[bytes]) -> Iterator[bytes]:
        for part in _parts(piece):
            content = source.read(len(part))
            if len(content) != len(part):
                raise OSError(0, "a file became shorter while it was copied")
            yield seal(self.key, content, _context(path, part))

    @enforces("6.j.i/proven")
    def get(self, file: BackedFile, piece: range) -> Iterator[bytes]:
        """Its parts. Raises NotRestored, which names the damaged file."""
        path = self.path(file, piece)
        try:
            with _plain(path) as source:
                for part in _parts(piece):
                    yield unseal(self.key, source.read(len(part) + OVERHEAD_BYTES), _context(path, part))
        except (OSError, SealBroken) as error:
            why = "is missing" if isinstance(error, FileNotFoundError) else "is damaged or was altered"
            raise NotRestored(
                f"{path}, a part of {file.path}, {why}. The restore stopped, and the hub is not started with a part of "
                "its data. Put that file back from another copy of the backup, or restore another time (--at)."
            ) from error

    def keep(self, manifest: Manifest) -> None:
        """From here on the backup is there."""
        folder = private_directory(self.folder / "backups")
        name = f"{manifest.serial:06}{SUFFIX}"
        replace_file(folder / name, seal(self.key, msgspec.json.encode(manifest), name.encode()))

    def manifests(self) -> list[Manifest]:
        """Oldest first. Raises TargetUnusable if one was altered, or is of another hub."""
        return [self._manifest(path) for path in sorted(self.folder.glob(f"backups/[0-9]*{SUFFIX}"))]

    def forget(self, manifest: Manifest) -> None:
        (self.folder / "backups" / f"{manifest.serial:06}{SUFFIX}").unlink(missing_ok=True)

    @enforces("6.h.ii/restored", "MP-6/erased")
    def remove_all_but(self, files: set[BackedFile]) -> None:
        """The objects that no file of these has, and what killed backups left."""
        paths = {self.path(file, piece) for file in files for piece in file.pieces}
        for path in self.folder.glob("objects/*/*"):
            if path not in paths:
                path.unlink(missing_ok=True)

    def _manifest(self, path: Path) -> Manifest:
        try:
            with _plain(path) as file:
                content = unseal(self.key, file.read(MOST_MANIFEST), path.name.encode())
            return msgspec.json.decode(content, type=Manifest)
        except (SealBroken, msgspec.DecodeError, OSError) as error:
            raise TargetUnusable(
                f"{path} does not open with this key ring: it is another hub's, of another version of Plateward, "
                "damaged or altered. Nothing was done. Name the right folders, or an empty one for a first backup."
            ) from error


def _parts(piece: range) -> Iterator[range]:
    for start in range(piece.start, piece.stop, PART):
        yield range(start, min(start + PART, piece.stop))


def _context(path: Path, part: range) -> bytes:
    return f"backup {path.name} {part.start}".encode()


def _plain(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a plain file")
    return os.fdopen(descriptor, "rb")
