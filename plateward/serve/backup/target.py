"""What backups are: sealed objects that they share, and a sealed manifest for each, by name in a `Store`.

    objects/3f/3f…           a piece of a file, in parts of 64 KiB under AES-256-GCM; named by a keyed digest
    backups/000012.backup    a manifest

The key is the ring's, which is in the key archive alone.
"""

import hmac
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import IO

import msgspec

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.sealing import OVERHEAD_BYTES, SealBroken, seal, unseal
from plateward.serve.backup.rules import BackedFile, Manifest, NotRestored
from plateward.serve.backup.stores import Store, TargetUnusable

PART = (
    64 * 1024
)  # bytes sealed at once; for larger ones each allocation is new memory, which takes most of the time
MOST_MANIFEST = 256 * 1024 * 1024  # bytes
MANIFEST = re.compile(r"backups/[0-9]+\.backup")


@dataclass(frozen=True)
class Target:
    """`key`: 32 bytes, of this hub's backups."""

    store: Store
    key: bytes

    @classmethod
    def of(cls, store: Store, ring: KeyRing) -> "Target":
        return cls(store, ring.key("backup"))

    def name(self, file: BackedFile, piece: range) -> str:
        what = f"{file.path}\n{file.stamp}\n{piece.start}\n{len(piece)}"
        name = hmac.digest(self.key, what.encode(), "sha256").hex()[:40]
        return f"objects/{name[:2]}/{name}"

    def objects(self) -> set[str]:
        """What is there, with what killed backups left."""
        return set(self.store.names("objects"))

    @enforces("6.i.i/aes", "SC-28/backup")
    def put(self, file: BackedFile, piece: range, source: IO[bytes]) -> None:
        """Seal this piece, where `source` is, whole or not at all. Raises OSError, TargetUnusable."""
        name = self.name(file, piece)
        self.store.put(name, self._sealed(name, piece, source))

    def _sealed(self, name: str, piece: range, source: IO[bytes]) -> Iterator[bytes]:
        for part in _parts(piece):
            content = source.read(len(part))
            if len(content) != len(part):
                raise OSError(0, "a file became shorter while it was copied")
            yield seal(self.key, content, _context(name, part))

    @enforces("6.j.i/proven")
    def get(self, file: BackedFile, piece: range) -> Iterator[bytes]:
        """Its parts. Raises NotRestored, which names the damaged file; TargetUnusable."""
        name = self.name(file, piece)
        try:
            with self.store.get(name) as source:
                for part in _parts(piece):
                    yield unseal(self.key, source.read(len(part) + OVERHEAD_BYTES), _context(name, part))
        except (OSError, SealBroken) as error:
            why = "is missing" if isinstance(error, FileNotFoundError) else "is damaged or was altered"
            raise NotRestored(
                f"{self.store}/{name}, a part of {file.path}, {why}. The restore stopped, and the hub is not "
                "started with a part of its data. Put that file back from another copy of the backup, or restore "
                "another time (--at)."
            ) from error

    def keep(self, manifest: Manifest) -> None:
        """From here on the backup is there."""
        name = _name(manifest)
        self.store.put_new(name, seal(self.key, msgspec.json.encode(manifest), _short(name)))

    def manifests(self) -> list[Manifest]:
        """Oldest first. Raises TargetUnusable if one was altered, or is of another hub."""
        return [
            self._manifest(name) for name in sorted(self.store.names("backups")) if MANIFEST.fullmatch(name)
        ]

    def forget(self, manifests: Sequence[Manifest]) -> None:
        self.store.remove([_name(manifest) for manifest in manifests])

    @enforces("6.h.ii/restored", "MP-6/erased")
    def remove_all_but(self, files: set[BackedFile], there: Set[str]) -> None:
        """Of the objects that are `there`, those that no file of these has. None else: another backup may be putting
        them there."""
        names = {self.name(file, piece) for file in files for piece in file.pieces}
        self.store.remove(sorted(there - names))

    def _manifest(self, name: str) -> Manifest:
        try:
            with self.store.get(name) as file:
                content = unseal(self.key, file.read(MOST_MANIFEST), _short(name))
            return msgspec.json.decode(content, type=Manifest)
        except (SealBroken, msgspec.DecodeError, OSError) as error:
            raise TargetUnusable(
                f"{self.store}/{name} does not open with this key ring: it is another hub's, of another version of "
                "Plateward, damaged or altered. Nothing was done. Name the right folders, or an empty one for a first "
                "backup."
            ) from error


def _name(manifest: Manifest) -> str:
    return f"backups/{manifest.serial:06}.backup"


def _parts(piece: range) -> Iterator[range]:
    for start in range(piece.start, piece.stop, PART):
        yield range(start, min(start + PART, piece.stop))


def _context(name: str, part: range) -> bytes:
    return f"backup {_short(name).decode()} {part.start}".encode()


def _short(name: str) -> bytes:
    return name.rpartition("/")[2].encode()
