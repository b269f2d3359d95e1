"""The versions of the keys that are rotated while the hub runs (docs/decisions/0194).

Version 1 comes from the ring's own secrets. Each later one is a secret of its own in `ring.versions`, sealed by a key
of the ring, so that every process that has opened the ring follows a rotation without asking for a passphrase.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import msgspec

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import read_private, replace_secret
from plateward.ground.vault.sealing import SealBroken, seal, unseal

VERSIONS_FILE = "ring.versions"
CONTEXT = b"plateward key versions"


class RotatingKey(StrEnum):
    """What has versions."""

    DAYS = "days"
    DEVICES = "devices"
    LOG = "log"
    SESSIONS = "sessions"


LABELS = {
    RotatingKey.DAYS: "the key that wraps the keys of days and of waiting packages",
    RotatingKey.DEVICES: "the authority that certifies readers and the hub",
    RotatingKey.LOG: "the key that signs the audit log",
    RotatingKey.SESSIONS: "the key that signs sessions",
}

# How long one of its kind is used: NIST SP 800-57 Part 1 Rev. 5, Table 1 (originator usage period). The ring's lock and
# the days' key wrap keys, sessions' authenticates, the log's and the authority's are private signature keys.
LIFETIMES = {
    "ring": timedelta(days=2 * 365),
    RotatingKey.DAYS: timedelta(days=2 * 365),
    RotatingKey.LOG: timedelta(days=3 * 365),
    RotatingKey.SESSIONS: timedelta(days=2 * 365),
    RotatingKey.DEVICES: timedelta(days=3 * 365),
}


class VersionMissing(SealBroken):
    """Wrapped by a version that this ring does not have: the ring, or the data, is of another time."""


class VersionsWrong(PlatewardError):
    """The file of versions is not this ring's, or damaged."""


class KeyVersion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`secret`: 32 bytes, of an authority its key as DER; empty for version 1, and once it is retired. Kept for good:
    `public`, an authority's certificate as DER; and of the log's key `announced`, what the version before it signed of
    it, for a log that is restored from before it."""

    number: int
    made: datetime | None = None
    secret: bytes = b""
    public: bytes = b""
    announced: dict[str, str] = {}
    retired: datetime | None = None


@dataclass(frozen=True)
class KeyStatus:
    """A rotating key for people: its version in use, since when (None: not known), how many things still need the older
    one, of how many where that is known, and whether it is kept."""

    what: str
    label: str
    version: int
    made: datetime | None
    left: int
    older_kept: bool
    of: int = 0
    due: datetime | None = field(init=False)  # its end, by the lifetime that is suggested for its kind

    def __post_init__(self) -> None:
        object.__setattr__(self, "due", self.made and self.made + LIFETIMES[self.what])


class Versions:
    """Read again whenever the file changes; a stat per question."""

    def __init__(self, file: Path, key: bytes) -> None:
        self.file, self._key = file, key
        self._seen: tuple[int, ...] = ()
        self._all: Mapping[str, tuple[KeyVersion, ...]] = {}

    def all(self, what: RotatingKey) -> tuple[KeyVersion, ...]:
        """Oldest first. Raises `VersionsWrong`, `UnsafeFile`, `OSError`."""
        try:
            status = os.stat(self.file)
        except FileNotFoundError:
            return (KeyVersion(1),)
        seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        if seen != self._seen:
            self._all, self._seen = self._read(), seen
        return self._all.get(what, (KeyVersion(1),))

    def kept(self, what: RotatingKey) -> tuple[KeyVersion, ...]:
        """Those that still open or sign something, the current one first."""
        return tuple(version for version in reversed(self.all(what)) if not version.retired)

    def current(self, what: RotatingKey) -> KeyVersion:
        """What new things are wrapped or signed by."""
        return self.all(what)[-1]

    def get(self, what: RotatingKey, number: int) -> KeyVersion:
        """Raises `VersionMissing`, with what to do."""
        found = next((version for version in self.all(what) if version.number == number), None)
        if found is None:
            raise VersionMissing(
                f"This is wrapped by version {number} of {LABELS[what]}, but the key ring {self.file.parent} knows "
                f"only {self.current(what).number}: the ring is older than the data (OPR:50 6.i.i). Restore the newest "
                "backup of the ring."
            )
        if found.retired:
            raise VersionMissing(
                f"This is wrapped by version {number} of {LABELS[what]}, which was retired on "
                f"{found.retired:%Y-%m-%d}: it is from an older backup (OPR:50 6.i.i). "
                "Restore the key ring of that time beside it."
            )
        return found

    @enforces("6.i.i/rotation", "SC-28/rotation")
    def add(
        self,
        what: RotatingKey,
        secret: bytes,
        at: datetime,
        public: bytes = b"",
        announced: Mapping[str, str] = MappingProxyType({}),
    ) -> KeyVersion:
        """The next version, in use by every process from now on."""
        earlier = self.all(what)
        version = KeyVersion(earlier[-1].number + 1, at, secret, public, dict(announced))
        self._write(what, (*earlier, version))
        return version

    @enforces("6.i.i/rotation", "SC-28/rotation")
    def retire(self, what: RotatingKey, at: datetime) -> None:
        """Erase all but the current one; their numbers and public keys stay."""
        *older, current = self.all(what)
        gone = [
            version if version.retired else msgspec.structs.replace(version, secret=b"", retired=at)
            for version in older
        ]
        self._write(what, (*gone, current))

    def _read(self) -> dict[str, tuple[KeyVersion, ...]]:
        try:
            opened = unseal(self._key, read_private(self.file), CONTEXT)
            return msgspec.json.decode(opened, type=dict[str, tuple[KeyVersion, ...]])
        except (SealBroken, msgspec.DecodeError) as error:
            raise VersionsWrong(
                f"{self.file} is damaged or belongs to another key ring, so nothing is opened or added (OPR:50 6.i.i). "
                "Restore the whole folder of the ring from its own backup."
            ) from error

    def _write(self, what: RotatingKey, versions: tuple[KeyVersion, ...]) -> None:
        known = {name: self.all(name) for name in RotatingKey} | {what: versions}
        replace_secret(self.file, seal(self._key, msgspec.json.encode(known), CONTEXT))
