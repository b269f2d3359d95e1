"""The key ring: the two secrets that every other key comes from, in a directory apart from the data.

A site that keeps its keys in an HSM replaces this file; all else asks a ring for keys by their purpose.
"""

import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces
from plateward.vault.files import private_directory, read_private, write_once
from plateward.vault.sealing import SealBroken, seal, unseal

FILE = "ring.json"
MARKER = "ring.marker"


class KeyRingMissing(PlatewardError):
    """There is sealed data, and no key ring to open it."""


class KeyRingWrong(PlatewardError):
    """This key ring did not seal that data, or is damaged."""


def expand(secret: bytes, info: str) -> bytes:
    """32 bytes for one purpose from a uniformly random secret (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=b"plateward.v1\0" + info.encode()).derive(secret)


@enforces("6.i.i", "SC-28")
class KeyRing:
    """Keys by purpose. The directory is 0700, its files 0600, both of the process' user; else `UnsafeFile`.

    `path` is the directory; other secrets of the hub (its certificate authority) lie in it too.
    """

    def __init__(self, path: Path, sealing: bytes, signing: bytes) -> None:
        self.path = path
        self._sealing = sealing
        self._signing = signing

    def __repr__(self) -> str:
        return f"KeyRing({str(self.path)!r})"

    @classmethod
    def create(cls, path: Path) -> "KeyRing":
        """Make a ring, or open the one that is there: a ring is never overwritten."""
        private_directory(path)
        secrets = {"version": 1, "sealing": os.urandom(32).hex(), "signing": os.urandom(32).hex()}
        write_once(path / FILE, json.dumps(secrets).encode())
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "KeyRing":
        """The ring in `path`. Raises `KeyRingMissing`, `KeyRingWrong` (damaged), `UnsafeFile` or `OSError`."""
        if not _is_there(path / FILE):
            raise KeyRingMissing(
                f"There is no key ring in {path}, and without one nothing may be stored (OPR:50 6.i.i). "
                "Set PLATEWARD_KEYS to its directory, or restore it from its own backup."
            )
        private_directory(path)
        try:
            secrets = json.loads(read_private(path / FILE))
            sealing, signing = (bytes.fromhex(secrets[name]) for name in ("sealing", "signing"))
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(path) from error
        if len(sealing) != 32 or len(signing) != 32:
            raise _damaged(path)
        return cls(path, sealing, signing)

    @classmethod
    def first_start(cls, path: Path, data: Path) -> "KeyRing":
        """The ring that sealed `data`. Made here at the very first start, when `data` holds nothing yet.

        Safe when several processes start at once. Raises `KeyRingMissing` when there is data but no ring,
        `KeyRingWrong` when the ring is another's, `UnsafeFile` when others could read it, `OSError` (disk full,
        a closed door).
        """
        held = _holds_something(data)  # before the look for the ring, which is made before `data` is filled
        if held and not _is_there(path / FILE):
            raise KeyRingMissing(
                f"{data} holds sealed data, but its key ring is not in {path}. No data is opened or added "
                "without the keys that sealed it (OPR:50 6.i.i). Set PLATEWARD_KEYS to the ring's directory, "
                f"or restore the ring from its own backup. A new, empty hub needs another place than {data}."
            )
        ring = cls.open(path) if held else cls.create(path)
        ring.check(data)
        return ring

    def check(self, data: Path) -> None:
        """Raise `KeyRingWrong` unless this ring sealed `data`. Empty data becomes this ring's."""
        if self.path.resolve().is_relative_to(data.resolve()):
            raise KeyRingWrong(
                f"The key ring {self.path} lies within the data it seals, {data}; keys are kept apart from "
                "data (OPR:50 6.i.i). Move the ring elsewhere and set PLATEWARD_KEYS to its directory."
            )
        marker = data / MARKER
        held = _holds_something(data)  # before the look for the marker, which is written before anything else
        if not held:
            private_directory(data)
            write_once(marker, seal(self.key("marker"), b"", b"marker"))
        try:
            unseal(self.key("marker"), read_private(marker), b"marker")
        except (SealBroken, FileNotFoundError) as error:
            raise KeyRingWrong(
                f"The key ring in {self.path} is not the one that sealed {data}, so nothing there is opened "
                "or added (OPR:50 6.i.i). Set PLATEWARD_KEYS to the right ring's directory, or restore it "
                "from its own backup."
            ) from error

    def key(self, purpose: str) -> bytes:
        """The 32-byte key for a purpose: "database", "fields", "session", "spool", …"""
        return expand(self._sealing, f"key {purpose}")

    def signing(self, purpose: str) -> Ed25519PrivateKey:
        """The Ed25519 key for a purpose: "audit", "hotlist", "reader". Independent of the sealing secret."""
        return Ed25519PrivateKey.from_private_bytes(expand(self._signing, f"signing {purpose}"))

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """A data key, sealed by the ring so that it can lie beside its data."""
        return seal(self.key("wrap"), key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The data key again. Raises `SealBroken`."""
        return unseal(self.key("wrap"), wrapped, context)


def _is_there(file: Path) -> bool:
    """Raises `OSError` where that cannot be seen: a ring behind a closed door is not missing."""
    try:
        file.lstat()
    except FileNotFoundError:
        return False
    return True


def _holds_something(data: Path) -> bool:
    """Whether there is data, drafts of a file and an empty disk's own directory aside."""
    if not data.exists():
        return False
    return any(not entry.name.startswith(".") and entry.name != "lost+found" for entry in data.iterdir())


def _damaged(path: Path) -> KeyRingWrong:
    return KeyRingWrong(
        f"The key ring file {path / FILE} is damaged, so nothing is opened or added (OPR:50 6.i.i). "
        "Restore it from its own backup."
    )
