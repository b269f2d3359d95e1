"""Making a backup while the hub runs.

1. The log has that it began; its head is signed.
2. The data is copied: the database, then the days' reads, then their images, so that nothing copied refers to what is
   not. Of what is in the target already, nothing is copied again: a killed backup goes on.
3. If a day ended meanwhile, that is done again, since what was kept of it lies elsewhere now.
4. The key archive takes the place of the last one: from here on no key of a destroyed day is in any backup.
5. The manifest makes it a backup. What no backup needs, and whatever was destroyed, leaves the target.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.conf import settings
from pyrage.x25519 import Recipient

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.field.reads.destruction import unite_tombstones
from plateward.field.reads.images import day_keys
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.progress import ShowProgress
from plateward.ground.vault.files import private_directory, replace_file
from plateward.ground.vault.keyring import RING_FILE, SEALED_FILE
from plateward.serve.backup.archive import write_keys
from plateward.serve.backup.copying import Copying
from plateward.serve.backup.rules import NAMES, UPGRADE_FOLDER, KeyArchive, Manifest, closed_by, needed
from plateward.serve.backup.stores import Folder, Store, TargetUnusable, told
from plateward.serve.backup.target import Target

STATUS = "backup.json"  # in the hub's home: what System shows
AGAIN = 5  # times the data is copied, if days end meanwhile
FIRST = ("hub.db", "reads/", "images/")


@enforces("6.i.i/aes", "SC-28/backup", "6.h.ii/restored", "MP-6/erased")
def make_backup(
    actor: Actor,
    store: Store,
    keys_folder: Path,
    recipients: Sequence[Recipient],
    keep: int,
    show: ShowProgress,
) -> tuple[Manifest, int]:
    """The backup, and how many bytes of it were not there already. Raises TargetUnusable, and whatever the log
    raises."""
    require_apart(store, keys_folder)
    with told(keys_folder):
        private_directory(keys_folder)
    target = Target.of(store, settings.RING)
    with store.opened():
        manifests = target.manifests()
        serial = max((item.serial for item in manifests), default=0) + 1
        record(actor, Event.BACKUP_BEGIN, f"backup:{serial}", target=str(store), keys=str(keys_folder))
        try:
            with told(store):
                manifest, copying = _copied(target, serial, manifests, show)
            with told(keys_folder):
                write_keys(keys_folder, _keys(manifest), recipients)
            with told(store):
                target.keep(manifest)
                kept = [*manifests, manifest]
                target.forget(kept[:-keep])
                still = needed(kept[-keep:], closed_by(day_keys().tombstones()))
                target.remove_all_but(still, copying.there)
        except Exception as error:
            why = str(error) if isinstance(error, PlatewardError) else type(error).__name__
            record(actor, Event.BACKUP_MAKE, f"backup:{serial}", outcome="failed", reason=why)
            raise
    record(actor, Event.BACKUP_MAKE, f"backup:{serial}", bytes=manifest.size, copied=copying.copied)
    note_status(last_backup=manifest.made.isoformat(), target=str(store))
    return manifest, copying.copied


def require_apart(store: Store, keys_folder: Path) -> None:
    """A backup is elsewhere than the hub, and its keys elsewhere than its data. Raises TargetUnusable."""
    folders = [store.path, keys_folder] if isinstance(store, Folder) else [keys_folder]
    if keys_folder.parts[0] == "s3:":
        raise TargetUnusable(
            "Keys go to a folder, never to a bucket: apart from the data (OPR:50 6.i.i), where each backup erases the "
            "last ones. Nothing was done. Name a folder for the keys (--keys)."
        )
    own = [Path(place).resolve() for place in (settings.HOME, settings.DATA, settings.KEYS)]
    for path in folders:
        if path.is_symlink():
            raise TargetUnusable(f"{path} is a symbolic link. Nothing was done. Name the folder itself.")
        if any(path.resolve().is_relative_to(place) or place.is_relative_to(path.resolve()) for place in own):
            raise TargetUnusable(
                f"{path} is the hub's own folder, or around it: a backup must outlive it. Nothing was done. Name a "
                "folder on another disk."
            )
    if len({path.resolve() for path in folders}) < len(folders):
        raise TargetUnusable(
            "Keys are backed up apart from the data (OPR:50 6.i.i), so that no one folder opens anything. Nothing was "
            "done. Name another folder for the keys (--keys), on another medium."
        )


def note_status(**facts: str) -> None:
    """For *System*: when there was a backup, and a restore that was tested."""
    path = settings.HOME / STATUS
    known = json.loads(path.read_bytes()) if path.exists() else {}
    replace_file(path, json.dumps(known | facts).encode())


def _copied(
    target: Target, serial: int, manifests: Sequence[Manifest], show: ShowProgress
) -> tuple[Manifest, Copying]:
    """Steps 2 and 3."""
    copying = Copying(
        target, settings.DATA, {file.path: file for file in manifests[-1].files} if manifests else {}
    )
    for _ in range(AGAIN):
        unite_tombstones()
        before = [tombstone.name for tombstone in day_keys().tombstones()]
        signed, made = sign_head(), clock.now().replace(microsecond=0)
        files = copying.copy(sorted(_paths(settings.DATA), key=_order), show)
        if before == [tombstone.name for tombstone in day_keys().tombstones()]:
            break
    else:
        raise TargetUnusable(
            "Days ended all the time while they were copied. Begin again once retention is done."
        )
    head = signed.line().decode()
    return Manifest(1, serial, made, settings.DATABASE_KIND, head, before, files), copying


def _order(path: Path) -> tuple[int, str]:
    name = path.relative_to(settings.DATA).as_posix()
    return next((number for number, first in enumerate(FIRST) if name.startswith(first)), len(FIRST)), name


def _paths(data: Path) -> Iterator[Path]:
    """What is backed up with the data: no keys of days, no older database, no locks, drafts or links, and no package in
    clear."""
    for folder, within, names in os.walk(data):
        place = Path(folder)
        within[:] = [
            name
            for name in within
            if not name.startswith(".") and place / name not in (data / "days", data / UPGRADE_FOLDER)
        ]
        for path in (place / name for name in names if NAMES.match(name)):
            if not path.name.endswith((".lock", "-wal", "-shm", ".zip")) and _is_plain(path):
                yield path


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _contents(folder: Path, paths: Iterable[Path]) -> dict[str, bytes]:
    names = {path.relative_to(folder).as_posix(): path for path in paths if _is_plain(path)}
    return {name: path.read_bytes() for name, path in names.items() if NAMES.match(name)}


def _keys(manifest: Manifest) -> KeyArchive:
    """The ring by its root: what seals it here, such as a chip, may be lost with this machine."""
    own, days = settings.KEYS, settings.DATA / "days"
    beside = (path for path in own.rglob("*") if path.name not in (RING_FILE, SEALED_FILE))
    keys, of_days = _contents(own, beside), _contents(days, days.glob("*"))
    return KeyArchive(1, manifest.serial, manifest.made, settings.RING.root, keys, of_days)
