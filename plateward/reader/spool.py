"""What was read and the hub does not have yet: one sealed file a read, on disk before it counts as taken."""

from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

import msgspec

from plateward.policy.trace import enforces
from plateward.reader.capture import Item
from plateward.reader.errors import NotStored
from plateward.reader.frames import Say
from plateward.vault.files import private_directory, sync_directory, write_once
from plateward.vault.sealing import SealBroken, seal, unseal

SUFFIX = ".read"


@enforces("6.i.i")
class Spool:
    """One thread puts, one takes. `key` is 32 bytes; `write` stores a file whole and synced, or not."""

    def __init__(
        self, path: Path, key: bytes, say: Say, write: Callable[[Path, bytes], bool] = write_once
    ) -> None:
        self._path, self._key, self._say, self._write = path, key, say, write
        for directory in (path, path / "rejected", path / "broken"):
            private_directory(directory)
        for draft in path.glob(f".*{SUFFIX}.*"):
            draft.unlink()  # cut off by a crash before it counted as taken

    def put(self, id: UUID, item: Item) -> None:
        """Store a read. Raises `NotStored`, and then nothing of it is left on disk."""
        sealed = seal(self._key, msgspec.msgpack.encode(item), _context(id))
        try:
            self._write(self._file(id), sealed)
        except OSError as error:
            raise NotStored(
                f"The disk of {self._path} does not take another read: {error.strerror}."
            ) from error

    def waiting(self) -> list[UUID]:
        """Newest first, so that after an outage a fresh hit is not late behind the backlog."""
        found = []
        for file in self._path.glob(f"*{SUFFIX}"):
            try:
                found.append(UUID(file.stem))
            except ValueError:
                self._set_aside(file, "its name is not a read's")
        return sorted(found, reverse=True)

    def load(self, id: UUID) -> Item | None:
        """A read that waits; None when its file is damaged, which is then set aside and said."""
        file = self._file(id)
        try:
            return msgspec.msgpack.decode(unseal(self._key, file.read_bytes(), _context(id)), type=Item)
        except (SealBroken, msgspec.DecodeError) as error:
            self._set_aside(file, str(error))
        except OSError as error:
            self._say(f"The stored read {file} cannot be opened: {error.strerror}. It stays where it is.")
        return None

    def remove(self, ids: Iterable[UUID]) -> None:
        """The hub has these."""
        for id in ids:
            self._file(id).unlink(missing_ok=True)
        sync_directory(self._path)

    def reject(self, id: UUID, reason: str) -> None:
        """The hub will never take this one: keep it, still sealed, in `rejected` with the reason."""
        kept = self._path / "rejected" / self._file(id).name
        reason = "".join(char if char.isprintable() else " " for char in reason)[:500]
        self._say(f"The hub rejected a read: {reason} It is kept as {kept}.")
        try:
            self._write(kept.with_suffix(".txt"), f"{reason}\n".encode())
        finally:
            self._file(id).rename(kept)
            sync_directory(kept.parent)
            sync_directory(self._path)

    def _set_aside(self, file: Path, why: str) -> None:
        file.rename(file.parent / "broken" / file.name)
        self._say(
            f"The stored read {file.name} is damaged and was set aside in {file.parent / 'broken'}: {why}"
        )

    def _file(self, id: UUID) -> Path:
        return self._path / f"{id}{SUFFIX}"


def _context(id: UUID) -> bytes:
    return b"reader spool " + id.bytes
