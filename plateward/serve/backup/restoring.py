"""Putting a backup into an empty home. The key ring comes last, so that a home that is half restored opens nothing;
begun again after a crash, it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from plateward.ground.policy.trace import enforces
from plateward.ground.progress import ShowProgress
from plateward.ground.vault.files import private_directory, replace_file, write_once
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.tombstones import KIND, Tombstone, TombstoneForged, public_key, verified_text
from plateward.ground.vault.witnessed import place_beside, witnessed_texts
from plateward.serve.backup.rules import (
    BackedFile,
    KeyArchive,
    Manifest,
    NotRestored,
    choose,
    closed_by,
    files_to_restore,
    require_together,
)
from plateward.serve.backup.stores import Store
from plateward.serve.backup.target import Target

UNFINISHED = "restore.unfinished"  # among the data: with it, and without a ring, no hub starts there


@dataclass(frozen=True)
class Place:
    """Where a hub is restored to. `witness`: where its log's heads go."""

    home: Path
    keys: Path
    witness: Path | None

    @property
    def data(self) -> Path:
        return self.home / "data"


@enforces("6.h.ii/restored", "MP-6/erased")
def restore_files(
    store: Store, archive: KeyArchive, place: Place, at: datetime | None, database: str, show: ShowProgress
) -> Manifest:
    """All files of the backup but what was destroyed by the newest records. `database`: the kind that this hub is set
    to. Raises NotRestored, TargetUnusable, UnsafeFile; nothing starts there then."""
    ring = KeyRing(place.keys, archive.root[:32], archive.root[32:])
    target = Target.of(store, ring)
    manifests = target.manifests()
    chosen = choose(manifests, at)
    if chosen.database != database:
        raise NotRestored(
            f"The backup is of a hub on {chosen.database}, and this one is set to {database}. Nothing was restored. "
            "Restore the PostgreSQL database first, and set database.url to it; or unset it."
        )
    stones = _tombstones(public_key(ring), archive, place.witness)
    require_together(chosen, manifests, archive, {stone.name for stone in stones}, at=at)
    closed = closed_by(stones)
    later = [manifest for manifest in manifests if manifest.serial > chosen.serial]
    try:
        _require_empty(place, chosen)
        _restore_all(target, files_to_restore(chosen, later, closed), place, show)
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


def _require_empty(place: Place, chosen: Manifest) -> None:
    """Or begun by a restore of this very backup."""
    mark, this = place.data / UNFINISHED, f"{chosen.serial} {chosen.made}".encode()
    if mark.exists() and mark.read_bytes() == this:
        return
    for folder in (place.home, place.data, place.keys):
        if folder.is_symlink():
            raise NotRestored(f"{folder} is a symbolic link. Nothing was restored. Name the folder itself.")
    for folder in (place.data, place.keys):
        if folder.exists() and any(entry.name != "lost+found" for entry in folder.iterdir()):
            raise NotRestored(
                f"{folder} is not empty: a hub is restored only where there is none. Nothing was restored. Name "
                "empty folders (settings home and keys), or move what is there aside."
            )
    private_directory(place.data)
    write_once(mark, this)


def _restore_all(target: Target, files: Sequence[BackedFile], place: Place, show: ShowProgress) -> None:
    for number, file in enumerate(files):
        show(number, len(files))
        path = place.data / file.path
        if not path.exists():  # what is there is whole
            private_directory(path.parent)
            replace_file(path, (part for piece in file.pieces for part in target.get(file, piece)))


def _restore_keys(archive: KeyArchive, stones: Sequence[Tombstone], closed: set[str], place: Place) -> None:
    """Each tombstone in both places; no key of what was destroyed; the ring last."""
    days, own = private_directory(place.data / "days"), private_directory(place.keys)
    for stone in stones:
        for folder in (days, private_directory(own / "tombstones")):
            write_once(folder / f"{stone.name}.{KIND}", stone.text)
    there = {
        days / name: content
        for name, content in archive.days.items()
        if name.rpartition(".")[0] not in closed
    }
    there |= {own / name: content for name, content in archive.keys.items()}
    for path, content in there.items():
        if path.suffix != f".{KIND}":
            replace_file(private_directory(path.parent) / path.name, content)
    if not KeyRing.is_there(own):
        KeyRing.restore(own, archive.root)
