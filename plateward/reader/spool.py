"""Reads that the hub does not have yet: a sealed file per read, on disk before it counts as taken."""

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

import msgspec

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import private_directory, sync_directory, write_once
from plateward.ground.vault.sealing import SealBroken, seal, unseal
from plateward.reader.capture import CapturedRead
from plateward.reader.errors import NotStored
from plateward.reader.frames import Say

SUFFIX = ".read"


@enforces("6.i.i/aes")
class Spool:
    """One thread puts, another takes. `key` is 32 bytes; `write` stores a file whole and synced, or not at all.

    The directory is listed once, at the start: listing a long backlog for every batch would take most of the time.
    """

    def __init__(
        self, path: Path, key: bytes, say: Say, write: Callable[[Path, bytes], bool] = write_once
    ) -> None:
        self._path, self._key, self._say, self._write = path, key, say, write
        for directory in (path, path / "rejected", path / "broken"):
            private_directory(directory)
        for draft in path.glob(f".*{SUFFIX}.*"):
            draft.unlink()  # cut off by a crash before it counted as taken
        self._lock = threading.Lock()
        self._waiting: list[UUID] = []  # oldest first
        for file in path.glob(f"*{SUFFIX}"):
            try:
                self._waiting.append(UUID(file.stem))
            except ValueError:
                self._set_aside(file, "its name is not a read's")
        self._waiting.sort()

    def put(self, id: UUID, item: CapturedRead) -> None:
        """Store a read. Raises `NotStored`, and then leaves nothing of it on disk."""
        sealed = seal(self._key, msgspec.msgpack.encode(item), _context(id))
        try:
            self._write(self._file(id), sealed)
        except OSError as error:
            raise NotStored(
                f"The disk of {self._path} cannot store another read: {error.strerror}."
            ) from error
        self._forget(id)  # put again after a failure that stored it after all
        with self._lock:
            insort(self._waiting, id)

    def waiting(self) -> list[UUID]:
        """Newest first, so that after an outage a fresh hit does not wait behind the backlog."""
        with self._lock:
            return self._waiting[::-1]

    def load(self, id: UUID) -> CapturedRead | None:
        """A waiting read; None if its file is gone, or is damaged, which is then set aside and reported."""
        file = self._file(id)
        try:
            return msgspec.msgpack.decode(
                unseal(self._key, file.read_bytes(), _context(id)), type=CapturedRead
            )
        except (SealBroken, msgspec.DecodeError) as error:
            self._forget(id)
            self._set_aside(file, str(error))
        except FileNotFoundError:
            self._forget(id)
            self._say(f"The stored read {file} is missing: something other than this reader removed it.")
        except OSError as error:
            self._say(f"The stored read {file} cannot be opened: {error.strerror}. It is left in place.")
        return None

    def remove(self, ids: Iterable[UUID]) -> None:
        """The hub has these reads."""
        for id in ids:
            self._file(id).unlink(missing_ok=True)
            self._forget(id)
        sync_directory(self._path)

    def reject(self, id: UUID, reason: str) -> None:
        """The hub will never accept this read: keep it, still sealed, in `rejected` with the reason."""
        target = self._path / "rejected" / self._file(id).name
        reason = "".join(char if char.isprintable() else " " for char in reason)[:500]
        self._say(f"The hub rejected a read: {reason} It is kept as {target}.")
        try:
            self._write(target.with_suffix(".txt"), f"{reason}\n".encode())
        finally:
            self._file(id).rename(target)
            self._forget(id)
            sync_directory(target.parent)
            sync_directory(self._path)

    def _set_aside(self, file: Path, reason: str) -> None:
        folder = file.parent / "broken"
        try:
            file.rename(folder / file.name)
        except OSError as error:
            done = f"cannot be set aside in {folder} ({error.strerror}); it is left in place and not sent"
        else:
            done = f"was set aside in {folder}"
        self._say(f"The stored read {file.name} is damaged and {done}: {reason}")

    def _forget(self, id: UUID) -> None:
        """It no longer waits."""
        with self._lock:
            place = bisect_left(self._waiting, id)
            if self._waiting[place : place + 1] == [id]:
                del self._waiting[place]

    def _file(self, id: UUID) -> Path:
        return self._path / f"{id}{SUFFIX}"


def _context(id: UUID) -> bytes:
    return b"reader spool " + id.bytes
