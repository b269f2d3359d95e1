"""Putting a backup into an empty home. The key ring comes last, so that a home that is half restored opens nothing;
begun again after a crash, it goes on."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyrage.x25519 import Identity

from plateward.ground.policy.trace import enforces
from plateward.ground.progress import ShowProgress
from plateward.ground.vault.files import private_directory, replace_file, write_once
from plateward.ground.vault.keyring import RING_FILE, KeyRing
from plateward.ground.vault.tombstones import KIND, Tombstone, TombstoneForged, public_key, verified_text
from plateward.ground.vault.witnessed import place_beside, witnessed_texts
from plateward.serve.backup.recipients import read_as, read_keys
from plateward.serve.backup.rules import (
    BackedFile,
    KeyArchive,
    Manifest,
    NotRestored,
    choose,
    closed_by,
    extents,
    files_to_restore,
    require_together,
)
from plateward.serve.backup.target import KEY_FILE, Target, fingerprint

UNFINISHED = "restore.unfinished"  # among the data: with it, and without a ring, no hub starts there
MARGIN = 64 * 1024 * 1024  # bytes that stay free


@dataclass(frozen=True)
class Place:
    """Where a hub is restored to."""

    home: Path
    keys: Path

    @property
    def data(self) -> Path:
        return self.home / "data"


@dataclass(frozen=True)
class Source:
    """Both folders of a backup, and the identities that open them. `witness`: where the log's heads go."""

    folder: Path
    keys_folder: Path
    identities: Sequence[Identity]
    witness: Path | None = None

    def open(self) -> tuple[Target, list[Manifest], KeyArchive]:
        """Raises NotRestored, TargetUnusable."""
        archive = read_keys(self.keys_folder, self.identities)
        key = read_as(self.folder / KEY_FILE, self.identities)
        if len(key) != 32:
            raise NotRestored(f"{self.folder / KEY_FILE} holds no key of a backup. Nothing was restored.")
        target = Target(self.folder, key)
        return target, target.manifests(), archive


@enforces("6.h.ii/restored", "MP-6/erased")
def restore_files(
    source: Source, place: Place, at: datetime | None, database: str, show: ShowProgress
) -> Manifest:
    """All files of the backup but what was destroyed by the newest records. `database`: the kind that this hub is set
    to. Raises NotRestored, TargetUnusable,
    UnsafeFile; nothing starts there then."""
    target, manifests, archive = source.open()
    chosen = choose(manifests, at)
    if chosen.database != database:
        raise NotRestored(
            f"The backup is of a hub on {chosen.database}, and this one is set to {database}. Nothing was restored. "
            "Restore the PostgreSQL database first, and set database.url to it; or unset it."
        )
    ring = KeyRing.of(place.keys, archive.keys.get(RING_FILE, b""))
    public = public_key(ring)
    stones = _tombstones(public, archive, source.witness)
    if fingerprint(public) != archive.ring:
        raise NotRestored(
            "The key ring in the key archive is not the one that it names. Nothing was restored."
        )
    require_together(chosen, manifests, archive, {stone.name for stone in stones}, at=at)
    closed = closed_by(stones)
    later = [manifest for manifest in manifests if manifest.serial > chosen.serial]
    files = files_to_restore(chosen, later, closed)
    _require_empty(place, source, chosen)
    _require_room(place, files)
    try:
        _restore_all(target, files, place, show)
        _restore_keys(archive, stones, closed, place)
    except OSError as error:
        raise NotRestored(
            f"The restore to {place.home} stopped: {error.strerror}. Nothing starts there yet. Make room, or give this "
            "user access, and restore again: it goes on from there."
        ) from error
    return chosen


def finished(place: Place) -> None:
    """It is a hub's home now."""
    (place.data / UNFINISHED).unlink(missing_ok=True)


def _tombstones(public: bytes, archive: KeyArchive, witness: Path | None) -> list[Tombstone]:
    """Of both places and the witness, each once. Raises NotRestored for one that this ring did not sign, and if the
    witness has none although the hub has."""
    places = (archive.days, archive.keys)
    texts = {text for files in places for name, text in files.items() if name.endswith(f".{KIND}")}
    if witness:
        place = place_beside(witness)
        try:
            texts |= set(witnessed_texts(place) if texts or place.exists() else ())
        except OSError as error:
            raise NotRestored(
                f"{place} cannot be read: {error.strerror}. It has the records of what was destroyed since the backup, "
                "which would come back without it (OPR:50 6.h.ii). Nothing was restored. Bring the witness's files "
                "back, or correct the setting witness.file."
            ) from error
    try:
        return sorted((verified_text(public, text) for text in texts), key=lambda stone: stone.name)
    except TombstoneForged as error:
        raise NotRestored(f"{error} Nothing was restored.") from error


def _require_empty(place: Place, source: Source, chosen: Manifest) -> None:
    """Or begun by a restore of this very backup."""
    for folder in (place.home, place.keys):
        if folder.is_symlink():
            raise NotRestored(f"{folder} is a symbolic link. Nothing was restored. Name the folder itself.")
        for part in (source.folder, source.keys_folder):
            if folder.resolve().is_relative_to(part.resolve()) or part.resolve().is_relative_to(
                folder.resolve()
            ):
                raise NotRestored(
                    f"{folder} is in the backup's own folder {part}, or around it. Nothing was restored."
                )
    mark, this = place.data / UNFINISHED, f"{chosen.ring} {chosen.serial}".encode()
    if mark.exists() and mark.read_bytes() == this:
        return
    for folder in (place.data, place.keys):
        if folder.exists() and any(entry.name != "lost+found" for entry in folder.iterdir()):
            raise NotRestored(
                f"{folder} is not empty: a hub is restored only where there is none. Nothing was restored. Name "
                "empty folders (settings home and keys), or move what is there aside."
            )
    private_directory(place.data)
    write_once(mark, this)


def _require_room(place: Place, files: Sequence[BackedFile]) -> None:
    missing = sum(file.size for file in files if not (place.data / file.path).exists())
    free = shutil.disk_usage(place.home).free
    if missing + MARGIN > free:
        raise NotRestored(
            f"{place.home} has room for {free / 1e9:.1f} GB, and the backup needs {(missing + MARGIN) / 1e9:.1f} GB. "
            "Nothing starts there. Make room, or name a larger disk, and restore again."
        )


def _restore_all(target: Target, files: Sequence[BackedFile], place: Place, show: ShowProgress) -> None:
    total, done = sum(file.size for file in files), 0
    for file in files:
        path = place.data / file.path
        if not path.exists():  # what is there is whole
            private_directory(path.parent)
            draft = path.with_name(f".{path.name}")
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb"
            ) as out:
                for extent in extents(file.size):
                    for part in target.get(file, extent):
                        out.write(part)
                        show(done + out.tell(), total)
                out.flush()
                os.fsync(out.fileno())
            draft.rename(path)
        done += file.size


def _restore_keys(archive: KeyArchive, stones: Sequence[Tombstone], closed: set[str], place: Place) -> None:
    """Each tombstone in both places; no key of what was destroyed; the ring last."""
    days, own = private_directory(place.data / "days"), private_directory(place.keys)
    for stone in stones:
        for folder in (days, private_directory(own / "tombstones")):
            write_once(folder / f"{stone.name}.{KIND}", stone.text)
    for name, content in archive.days.items():
        generation, _, kind = name.rpartition(".")
        if kind != KIND and generation not in closed:
            replace_file(days / name, content)
    for name, content in archive.keys.items():
        if name != RING_FILE and not name.endswith(f".{KIND}"):
            private_directory((own / name).parent)
            replace_file(own / name, content)
    write_once(own / RING_FILE, archive.keys[RING_FILE])
