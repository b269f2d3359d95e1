"""What a backup says of itself, and what may be restored: no file, no database, no clock."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.generations import NAME, generation_name
from plateward.ground.vault.tombstones import Tombstone

FORMAT = 1
EXTENT = (
    64 * 1024 * 1024
)  # bytes of a file in one object: what is copied again of a segment that has grown, at most
PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
OF_DAYS = ("images", "reads")  # folders whose files are generations of days


class NotRestored(PlatewardError):
    """Nothing was restored; the sentence says why."""


class BackedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file below the hub's data. Of the same path, stamp and place in it, content never differs."""

    path: Annotated[str, Meta(max_length=400)]
    stamp: Annotated[str, Meta(max_length=100)]
    size: Annotated[int, Meta(ge=0)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A backup: what the hub was, and its files. `ring`: the public key that its tombstones are signed with; `head`:
    the newest signed head of its log, as a line; `tombstones`: names of generations."""

    format: int
    serial: Annotated[int, Meta(ge=1)]
    ring: str
    made: datetime
    database: str
    entries: int
    head: str
    tombstones: list[str]
    files: list[BackedFile]


class KeyArchive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key ring's folder and the keys of the days, as of the newest backup: there is only one, so that a key that
    was destroyed is in no backup that follows."""

    format: int
    serial: Annotated[int, Meta(ge=1)]
    ring: str
    made: datetime
    keys: dict[str, bytes]
    days: dict[str, bytes]


@dataclass(frozen=True)
class Extent:
    """A piece of a file, which is one object."""

    start: int
    length: int


def extents(size: int) -> list[Extent]:
    """In order; all but the last are full, and never change while a file only grows."""
    return [Extent(start, min(EXTENT, size - start)) for start in range(0, size, EXTENT)]


def is_name(path: str) -> bool:
    """A path that stays below the folder that it is for: no `..`, nothing absolute, nothing hidden."""
    parts = path.split("/")
    return len(parts) <= 8 and all(PART.fullmatch(part) for part in parts)


def require_names(paths: Iterable[str]) -> None:
    """Raises NotRestored."""
    for path in paths:
        if not is_name(path):
            raise NotRestored(
                f"The backup names a file {path[:80]!r}, which lies outside the hub's folders. Nothing was restored. "
                "It was not made by Plateward, or altered: report it, and take another copy."
            )


def generation_of(path: str) -> str:
    """The name of the generation of a day that this file belongs to; empty if it belongs to none."""
    folder, _, file = path.partition("/")
    match = NAME.fullmatch(file) if folder in OF_DAYS else None
    return file.removesuffix(f".{match[3]}") if match else ""


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
    """Keys and data are one hub's; the keys are not older than the data; every tombstone that any of the backups knew
    of is there. Raises NotRestored."""
    if keys.ring != chosen.ring:
        raise NotRestored(
            "The keys are of another hub than the data: its key ring did not seal this backup. Nothing was restored. "
            "Name the key archive that belongs to it."
        )
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


def expired(manifests: Sequence[Manifest], keep: int) -> list[Manifest]:
    """The backups that go, so that this many stay."""
    return sorted(manifests, key=lambda item: item.serial, reverse=True)[keep:]


def needed(manifests: Sequence[Manifest], closed: Collection[str]) -> set[BackedFile]:
    """What a target still needs: nothing of what was destroyed."""
    return {
        file for manifest in manifests for file in manifest.files if generation_of(file.path) not in closed
    }
