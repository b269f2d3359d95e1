"""A folder with backups: sealed objects that the backups share, a sealed manifest for each backup, and the key of both
for each recipient.

    objects/3f/3f…           a piece of a file, in parts of 4 MiB under AES-256-GCM; named by a keyed digest
    backups/000012.backup    a manifest, under the same key
    key.age                  that key, for the recipients (age)
"""

import hmac
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import private_directory, replace_file, sync_directory
from plateward.ground.vault.sealing import OVERHEAD_BYTES, SealBroken, seal, unseal
from plateward.serve.backup.rules import (
    FORMAT,
    BackedFile,
    Extent,
    Manifest,
    NotRestored,
    extents,
    require_names,
)

PART_BYTES = 4 * 1024 * 1024
MOST_MANIFEST = 256 * 1024 * 1024  # bytes
KEY_FILE, SUFFIX, MANIFEST = "key.age", ".backup", re.compile(r"(\d{6})\.backup")
Progress = Callable[[int], None]  # so many bytes more


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

    def path(self, file: BackedFile, extent: Extent) -> Path:
        name = self._name(file, extent)
        return self.folder / "objects" / name[:2] / name

    @enforces("6.i.i/aes", "SC-28/backup")
    def put(self, file: BackedFile, extent: Extent, source: IO[bytes], show: Progress) -> None:
        """Seal this extent of `source`, whole or not at all. Raises OSError."""
        path = self.path(file, extent)
        private_directory(path.parent)
        draft = path.with_name(f".{path.name}")  # a killed backup's is written over
        source.seek(extent.start)
        try:
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb"
            ) as out:
                for number, length in enumerate(_parts(extent.length)):
                    part = source.read(length)
                    if len(part) != length:
                        raise OSError(0, f"{file.path} became shorter while it was copied")
                    out.write(seal(self.key, part, _context(path.name, number)))
                    show(length)
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        draft.rename(path)
        sync_directory(path.parent)

    @enforces("6.j.i/proven")
    def get(self, file: BackedFile, extent: Extent) -> Iterator[bytes]:
        """Its parts. Raises NotRestored, which names the damaged file."""
        path = self.path(file, extent)
        try:
            with _plain(path) as source:
                for number, length in enumerate(_parts(extent.length)):
                    yield unseal(self.key, source.read(length + OVERHEAD_BYTES), _context(path.name, number))
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
        folder = self.folder / "backups"
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        return [self._manifest(path) for path in found if MANIFEST.fullmatch(path.name)]

    def forget(self, manifest: Manifest) -> None:
        (self.folder / "backups" / f"{manifest.serial:06}{SUFFIX}").unlink(missing_ok=True)

    @enforces("6.h.ii/restored", "MP-6/erased")
    def remove_all_but(self, files: set[BackedFile]) -> None:
        """The objects that no file of these has, and what killed backups left."""
        names = {self._name(file, extent) for file in files for extent in extents(file.size)}
        objects = self.folder / "objects"
        for path in objects.glob("*/*") if objects.is_dir() else ():
            if path.name not in names:
                path.unlink(missing_ok=True)

    def _manifest(self, path: Path) -> Manifest:
        try:
            with _plain(path) as file:
                manifest = msgspec.json.decode(
                    unseal(self.key, file.read(MOST_MANIFEST), path.name.encode()), type=Manifest
                )
        except (SealBroken, msgspec.DecodeError, OSError) as error:
            raise TargetUnusable(
                f"{path} does not open with the key of these backups: it is another hub's, is damaged or was altered. "
                "Nothing was done. Name the right folder, or an empty one."
            ) from error
        if manifest.format != FORMAT:
            raise TargetUnusable(f"{path} is of another version of Plateward (format {manifest.format}).")
        require_names(file.path for file in manifest.files)
        return manifest

    def _name(self, file: BackedFile, extent: Extent) -> str:
        what = f"{file.path}\n{file.stamp}\n{extent.start}\n{extent.length}"
        return hmac.digest(self.key, what.encode(), "sha256").hex()[:40]


def fingerprint(public: bytes) -> str:
    """Of a key ring, by a public key of its own."""
    return sha256(public).hexdigest()[:32]


def _parts(length: int) -> Iterator[int]:
    for start in range(0, length, PART_BYTES):
        yield min(PART_BYTES, length - start)


def _context(name: str, number: int) -> bytes:
    return f"backup {name} {number}".encode()


def _plain(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a plain file")
    return os.fdopen(descriptor, "rb")
