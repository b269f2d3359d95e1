"""What a backup says of itself, and what may be restored: no file, no database, no clock."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.generations import NAME, generation_name
from plateward.ground.vault.tombstones import Tombstone

PIECE = 32 * 1024 * 1024  # bytes of a file in one object
# A path that stays below the folder that it is for: no `..`, nothing absolute, nothing hidden.
NAMES = re.compile(r"^([A-Za-z0-9_-][A-Za-z0-9._-]{0,199}/){0,7}[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}\Z")
Name = Annotated[str, Meta(max_length=400, pattern=NAMES.pattern)]
Serial = Annotated[int, Meta(ge=1)]
OF_DAYS = ("images", "reads")  # folders whose files are generations of days
UPGRADE_FOLDER = "upgrade"  # with the database of before an upgrade: in no backup


class NotRestored(PlatewardError):
    """Nothing was restored; the sentence says why."""


@dataclass(frozen=True)
class Checked:
    """How many of each a test of a restore looked at, none of them wrong."""

    entries: int
    reads: int
    images: int
    packages: int

    def __str__(self) -> str:
        return (
            f"Whole: {self.entries:,} entries of the log proven, {self.reads:,} reads, {self.images:,} images, "
            f"{self.packages} evidence packages."
        )


class BackedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file below the hub's data. Of the same path, stamp and place in it, content never differs."""

    path: Name
    stamp: Annotated[str, Meta(max_length=100)]
    size: Annotated[int, Meta(ge=0)]

    @property
    def pieces(self) -> list[range]:
        """The bytes of each object, in order; all but the last are full, and never change while a file only grows."""
        return [range(start, min(start + PIECE, self.size)) for start in range(0, self.size, PIECE)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A backup: what the hub was, and its files. `head`: the newest signed head of its log, as a line; `tombstones`:
    names of generations."""

    format: Literal[1]
    serial: Serial
    made: datetime
    database: str
    head: str
    tombstones: list[str]
    files: list[BackedFile]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


class KeyArchive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key ring, by its root of 64 bytes; what else its folder has; the keys of the days. As of the newest backup:
    there is only one, so that a key that was destroyed is in no backup that follows."""

    format: Literal[1]
    serial: Serial
    made: datetime
    root: Annotated[bytes, Meta(min_length=64, max_length=64)]
    keys: dict[Name, bytes]
    days: dict[Name, bytes]


def generation_of(path: str) -> str:
    """The name of the generation of a day that this file belongs to; empty if it belongs to none."""
    folder, _, file = path.partition("/")
    match = NAME.fullmatch(file) if folder in OF_DAYS else None
    return match[1] + (f".{match[2]}" if match[2] else "") if match else ""


@enforces("6.h.ii/restored", "MP-6/erased")
def closed_by(tombstones: Iterable[Tombstone]) -> set[str]:
    """The generations that no restore brings back: each tombstone's own, those before it and, if nothing follows, one
    that was made for what was to follow."""
    return {
        generation_name(stone.day, number)
        for stone in tombstones
        for number in range(stone.generation + (1 if stone.following else 2))
    }


@enforces("6.h.ii/restored", "6.h.ii/held", "MP-6/erased")
def files_to_restore(
    chosen: Manifest, later: Sequence[Manifest], closed: Collection[str]
) -> list[BackedFile]:
    """Those of `chosen` but for what was destroyed since; in its place what was kept of those days, from the newest
    backup. `later`: the backups after it, in any order."""
    files = {file.path: file for file in chosen.files if generation_of(file.path) not in closed}
    for manifest in sorted(later, key=lambda item: item.serial):
        for file in manifest.files:
            generation = generation_of(file.path)
            if "." in generation and generation not in closed:
                files[file.path] = file
    return list(files.values())


def choose(manifests: Sequence[Manifest], at: datetime | None) -> Manifest:
    """The newest, or the newest that was made by then. Raises NotRestored."""
    made = [manifest for manifest in manifests if at is None or manifest.made <= at]
    if not made:
        first = min((manifest.made for manifest in manifests), default=None)
        what = (
            f"The first backup there is of {first:%Y-%m-%d %H:%M:%S} UTC" if first else "There is no backup"
        )
        raise NotRestored(f"{what}. Nothing was restored. Name a later time, or another folder.")
    return max(made, key=lambda manifest: manifest.serial)


@enforces("6.h.ii/restored", "MP-6/erased")
def require_together(
    chosen: Manifest,
    manifests: Sequence[Manifest],
    keys: KeyArchive,
    tombstones: Collection[str],
    *,
    at: datetime | None,
) -> None:
    """The keys are not older than the data; every tombstone that any of the backups knew of is there. Raises
    NotRestored."""
    newest = max(manifest.serial for manifest in manifests)
    if keys.serial < newest:
        raise NotRestored(
            f"The key archive is of backup {keys.serial} ({keys.made:%Y-%m-%d %H:%M} UTC), and the data has backups up "
            f"to {newest}. An older one could bring back what was destroyed since (OPR:50 6.h.ii). Nothing was "
            "restored. Name the newest key archive."
        )
    if keys.serial > newest and at is None:
        raise NotRestored(
            f"The key archive is of backup {keys.serial}, and the newest data here is of {newest}: they are of "
            "different times. Nothing was restored. Name the folder with the newest data, or accept the older data "
            f"by its time: --at {chosen.made:%Y-%m-%dT%H:%M:%S}"
        )
    known = {name for manifest in manifests for name in manifest.tombstones}
    if missing := sorted(known.difference(tombstones)):
        raise NotRestored(
            f"Records of destruction that the hub has signed are missing: {len(missing)}, the first of {missing[0]}. "
            "Without them what was destroyed would come back (OPR:50 6.h.ii). Nothing was restored. Name the newest "
            "key archive; if it is this one, it was altered: report it."
        )


def needed(manifests: Sequence[Manifest], closed: Collection[str]) -> set[BackedFile]:
    """What a target still needs: nothing of what was destroyed."""
    return {
        file for manifest in manifests for file in manifest.files if generation_of(file.path) not in closed
    }
