"""A package that waits for DEMS or a person to take it: sealed piece by piece under a key of its own, which is in its
row, so that the file alone is worth nothing.

Each making of a package has its own key, and by it its own names: a node that lost its lease unawares writes beside the
file of the node that has the row now, never over it."""

import hmac
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import erase_file, private_directory
from plateward.ground.vault.sealing import OVERHEAD_BYTES, seal, unseal
from plateward.work.evidence.package.file import whole_file

PIECE = 1024 * 1024  # bytes: what is sealed, and sent, at once
SUFFIX = ".waiting"
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FileChanged(PlatewardError):
    """A file is not the one that was made: the sentence says so."""


@dataclass(frozen=True)
class WaitingFiles:
    """Those of a room, in the folder of its name below the hub's data."""

    room: str

    @property
    def folder(self) -> Path:
        return private_directory(settings.DATA / self.room)

    @contextmanager
    @enforces("6.i.i/aes", "MP-6/erased")
    def making(self, id: UUID) -> Iterator["WaitingFile"]:
        """A new file for a package that the block makes and seals; what a killed process left of it goes first. Its
        plain copy is gone afterward, and if the block fails the sealed one too."""
        self.erase(id)
        file = WaitingFile(self, id, os.urandom(32))
        try:
            yield file
        except Exception:
            file.erase()
            raise
        finally:
            erase_file(file.plain)

    def file_of(self, id: UUID, wrapped: bytes | memoryview | None) -> "WaitingFile | None":
        """The file whose key, wrapped by the ring's, this is; None if one of the two is gone."""
        if wrapped is None:
            return None
        file = WaitingFile(self, id, settings.RING.unwrap(bytes(wrapped), str(id).encode()))
        return file if file.sealed.is_file() else None

    @enforces("MP-6/erased")
    def erase(self, id: UUID) -> None:
        """Nothing is left of it, nor of what a killed process left."""
        self.erase_named(str(id))

    @enforces("MP-6/erased")
    def erase_named(self, part: str) -> None:
        """All files with this in their names."""
        for path in self.folder.glob(f"*{part}*"):
            with suppress(FileNotFoundError):  # another node does the same
                erase_file(path)

    @enforces("6.i.i/aes", "MP-6/erased")
    def erase_all_but(self, rows: QuerySet[Any]) -> None:
        """The files of rows that nobody works on, and what a killed process left."""
        if ids := self.kept():
            for id in ids - set(rows.filter(pk__in=ids).values_list("pk", flat=True)):
                self.erase(id)

    def kept(self) -> set[UUID]:
        """Whose files are here."""
        return {UUID(match[0]) for path in self.folder.iterdir() if (match := ID.search(path.name))}


@dataclass(frozen=True)
class WaitingFile:
    """The file of one making: not on a node that did not make it, nor where a restored backup lacks it."""

    files: WaitingFiles
    id: UUID
    key: bytes

    @property
    def name(self) -> str:
        """Of this id and key alone; says nothing of the key."""
        return f"{self.id}-{hmac.digest(self.key, b'the name of its file', 'sha256').hex()[:16]}"

    @property
    def plain(self) -> Path:
        """Where the package is between making and sealing it."""
        return self.files.folder / f"{self.name}.zip"

    @property
    def sealed(self) -> Path:
        return self.files.folder / f"{self.name}{SUFFIX}"

    @property
    def wrapped(self) -> bytes:
        """The key for its row, wrapped by the ring's."""
        return settings.RING.wrap(self.key, str(self.id).encode())

    @enforces("6.i.i/aes", "SC-28/data")
    def seal(self, digest: str) -> None:
        """Keep a sealed copy of the plain file, whole or not at all. `digest`: its SHA-256 as it was made, in hex.
        Raises FileChanged if these are other bytes; NotWritten."""
        made = sha256()
        with whole_file(self.sealed) as file, self.plain.open("rb") as source:
            for number, piece in enumerate(iter(lambda: source.read(PIECE), b"")):
                made.update(piece)
                file.write(seal(self.key, piece, self._context(number)))
            if made.hexdigest() != digest:
                raise FileChanged("The package on disk is not the one that was made. It is made again.")

    def erase(self) -> None:
        """What is here of this making, and of no other."""
        self.files.erase_named(self.name)

    def _context(self, number: int) -> bytes:
        """What a sealed piece is bound to."""
        return f"{self.files.room} package {self.id}, piece {number}".encode()

    @enforces("6.i.i/aes")
    def piece_from(self, offset: int) -> bytes:
        """What follows the first `offset` bytes, up to the end of a piece; empty at the end. Raises SealBroken."""
        number, within = divmod(offset, PIECE)
        with self.sealed.open("rb") as file:
            file.seek(number * (PIECE + OVERHEAD_BYTES))
            sealed = file.read(PIECE + OVERHEAD_BYTES)
        return unseal(self.key, sealed, self._context(number))[within:] if sealed else b""

    def pieces(self) -> Iterator[bytes]:
        """All of it. Raises SealBroken."""
        offset = 0
        while piece := self.piece_from(offset):
            yield piece
            offset += len(piece)
