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
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from fcntl import LOCK_SH, LOCK_UN, flock
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from pyrage.x25519 import Recipient
from sqlcipher3 import dbapi2 as sqlcipher

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
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.vault.files import private_directory, read_private, replace_file, write_once
from plateward.ground.vault.generations import NAME
from plateward.ground.vault.keyring import RING_FILE, SEALED_FILE
from plateward.ground.vault.sealing import seal, unseal
from plateward.ground.vault.tombstones import public_key
from plateward.serve.backup import recipients as ages
from plateward.serve.backup.rules import (
    FORMAT,
    BackedFile,
    KeyArchive,
    Manifest,
    closed_by,
    expired,
    extents,
    is_name,
    needed,
)
from plateward.serve.backup.target import KEY_FILE, Target, TargetUnusable, fingerprint, told

STATUS = "backup.json"  # in the hub's home: what System shows
OWN_KEY = "backup.key"  # among the data: the key of this hub's backups, sealed by the ring
AGAIN = 5  # times the data is copied, if days end meanwhile
DATABASE = "hub.db"
FIRST = (DATABASE, "reads/", "images/")


@dataclass(frozen=True)
class Made:
    """A backup. `copied`: bytes that were not there already."""

    manifest: Manifest
    bytes: int
    copied: int


@enforces("6.i.i/aes", "SC-28/backup", "6.h.ii/restored", "MP-6/erased")
def make_backup(
    actor: Actor,
    folder: Path,
    keys_folder: Path,
    data_recipients: Sequence[Recipient],
    keys_recipients: Sequence[Recipient],
    keep: int,
    show: ShowProgress,
) -> Made:
    """Raises TargetUnusable, and whatever the log raises."""
    require_apart(folder, keys_folder)
    with told(folder):
        private_directory(folder)
        private_directory(keys_folder)
    target = Target(folder, own_key())
    with target.locked():
        manifests = target.manifests()
        serial = max((item.serial for item in manifests), default=0) + 1
        record(actor, Event.BACKUP_BEGIN, f"backup:{serial}", target=str(folder), keys=str(keys_folder))
        try:
            with told(folder):
                made = _copied(target, serial, show)
                ages.write_for(folder / KEY_FILE, target.key, data_recipients)
            with told(keys_folder):
                ages.write_keys(keys_folder, _keys(made.manifest), keys_recipients)
            with told(folder):
                target.keep(made.manifest)
                kept = [*manifests, made.manifest]
                for old in expired(kept, keep):
                    target.forget(old)
                    kept.remove(old)
                target.remove_all_but(needed(kept, closed_by(day_keys().tombstones())))
        except Exception as error:
            why = str(error) if isinstance(error, PlatewardError) else type(error).__name__
            record(actor, Event.BACKUP_MAKE, f"backup:{serial}", outcome="failed", reason=why)
            raise
    record(actor, Event.BACKUP_MAKE, f"backup:{serial}", bytes=made.bytes, copied=made.copied)
    note_status(last_backup=made.manifest.made.isoformat(), target=str(folder))
    return made


def require_apart(folder: Path, keys_folder: Path) -> None:
    """A backup is elsewhere than the hub, and its keys elsewhere than its data. Raises TargetUnusable."""
    own = [Path(place).resolve() for place in (settings.HOME, settings.DATA, settings.KEYS)]
    for path in (folder, keys_folder):
        if path.is_symlink():
            raise TargetUnusable(f"{path} is a symbolic link. Nothing was done. Name the folder itself.")
        if any(path.resolve().is_relative_to(place) or place.is_relative_to(path.resolve()) for place in own):
            raise TargetUnusable(
                f"{path} is the hub's own folder, or around it: a backup must outlive it. Nothing was done. Name a "
                "folder on another disk."
            )
    if folder.resolve() == keys_folder.resolve():
        raise TargetUnusable(
            "Keys are backed up apart from the data (OPR:50 6.i.i), so that no one folder opens anything. Nothing was "
            "done. Name another folder for the keys (--keys), on another medium."
        )


def own_key() -> bytes:
    """Made with the first backup."""
    path = settings.DATA / OWN_KEY
    if not path.exists():
        write_once(path, seal(settings.RING.key("backup"), os.urandom(32), OWN_KEY.encode()))
    return unseal(settings.RING.key("backup"), read_private(path), OWN_KEY.encode())


def note_status(**facts: str) -> None:
    """For *System*: when there was a backup, and a restore that was tested."""
    path = settings.HOME / STATUS
    known = json.loads(path.read_bytes()) if path.exists() else {}
    replace_file(path, json.dumps(known | facts).encode())


def _copied(target: Target, serial: int, show: ShowProgress) -> Made:
    """Steps 2 and 3."""
    for _ in range(AGAIN):
        unite_tombstones()
        before = [tombstone.name for tombstone in day_keys().tombstones()]
        signed, made = sign_head(), clock.now().replace(microsecond=0)
        files, copied = _copy_all(target, show)
        if before == [tombstone.name for tombstone in day_keys().tombstones()]:
            break
    else:
        raise TargetUnusable(
            "Days ended all the time while they were copied. Begin again once retention is done."
        )
    return Made(
        Manifest(
            format=FORMAT,
            serial=serial,
            ring=fingerprint(public_key(settings.RING)),
            made=made,
            database=settings.DATABASE_KIND,
            entries=signed.head.size,
            head=signed.line().decode(),
            tombstones=before,
            files=files,
        ),
        sum(file.size for file in files),
        copied,
    )


def _copy_all(target: Target, show: ShowProgress) -> tuple[list[BackedFile], int]:
    manifests = target.manifests()
    known = {file.path: file for file in manifests[-1].files} if manifests else {}
    paths = sorted(_paths(settings.DATA), key=_order)
    total, files, copied = sum(map(_size, paths)), list[BackedFile](), _Counter(show)
    copied.total = total
    for path in paths:
        name = path.relative_to(settings.DATA).as_posix()
        try:
            if path.suffix == ".db":
                files.append(_copy_database(target, path, name, known.get(name), copied))
            else:
                files.append(_copy_file(target, path, name, copied))
        except FileNotFoundError:  # it was removed meanwhile, with its day or its package
            continue
    return files, copied.new


@dataclass
class _Counter:
    """Bytes so far, for a progress bar; those that were not in the target already."""

    show: ShowProgress
    total: int = 0
    done: int = 0
    new: int = 0

    def known(self, length: int) -> None:
        self.done += length
        self.show(min(self.done, self.total), self.total)

    def copied(self, length: int) -> None:
        self.new += length
        self.known(length)


def _order(path: Path) -> tuple[int, str]:
    name = path.relative_to(settings.DATA).as_posix()
    return next((number for number, first in enumerate(FIRST) if name.startswith(first)), len(FIRST)), name


def _paths(data: Path) -> Iterator[Path]:
    """What is backed up with the data: no keys of days, no locks, no drafts, no links, and no package in clear."""
    for folder, within, names in os.walk(data):
        place = Path(folder)
        within[:] = [name for name in within if not name.startswith(".") and place / name != data / "days"]
        for name in names:
            path = place / name
            aside = name.startswith(".") or name.endswith((".lock", "-wal", "-shm", ".zip"))
            if (
                not aside
                and path.is_file()
                and not path.is_symlink()
                and is_name(path.relative_to(data).as_posix())
            ):
                yield path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _copy_file(target: Target, path: Path, name: str, counter: _Counter) -> BackedFile:
    """Of a segment, what is written whole by now: it only grows. Anything else is written once."""
    with path.open("rb") as source:
        is_segment = path.suffix == ".seg"
        if is_segment:
            flock(source, LOCK_SH)
        status = os.fstat(source.fileno())
        flock(source, LOCK_UN)
        file = BackedFile(name, "" if is_segment else str(status.st_mtime_ns), status.st_size)
        _put(target, file, source, counter)
    return file


def _copy_database(
    target: Target, path: Path, name: str, known: BackedFile | None, counter: _Counter
) -> BackedFile:
    """SQLCipher's own copy of a moment, under the same key: writers go on. Of an unchanged day, the last one's."""
    copy = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        key = settings.RING.key("database") if name == DATABASE else _day_key(path)
        with closing(_opened(path, key)) as source:
            source.execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            )  # or closing it would, and it would look written to
            source.execute("PRAGMA busy_timeout = 30000")
            state = _state(path)
            if known and known.stamp.partition("@")[0] == state:
                counter.known(known.size)
                return known
            with closing(_opened(copy, key)) as drawn:
                source.backup(drawn)
        with copy.open("rb") as content:
            file = BackedFile(name, f"{state}@{secrets.token_hex(8)}", copy.stat().st_size)
            _put(target, file, content, counter)
    except DayDestroyed:
        raise FileNotFoundError(path) from None
    finally:
        copy.unlink(missing_ok=True)
    return file


def _state(path: Path) -> str:
    """The same only if nothing was written since."""
    files = [path, path.with_name(f"{path.name}-wal")]
    states = [file.stat() for file in files if file.exists()]
    return " ".join(f"{item.st_size} {item.st_mtime_ns}" for item in states if item.st_size)


def _day_key(path: Path) -> bytes:
    match = NAME.fullmatch(path.name)
    if match is None:
        raise FileNotFoundError(path)
    return day_keys().derive(date.fromisoformat(match[1]), "reads", int(match[2] or 0))


def _opened(path: Path, key: bytes) -> Any:
    """An existing file is never made; the copy of one is private from its first byte."""
    is_copy = path.name.startswith(".")
    if is_copy:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlcipher.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def _put(target: Target, file: BackedFile, source: IO[bytes], counter: _Counter) -> None:
    for extent in extents(file.size):
        if target.path(file, extent).exists():
            counter.known(extent.length)
        else:
            target.put(file, extent, source, counter.copied)


def _keys(manifest: Manifest) -> KeyArchive:
    """The ring in clear: what seals it here, a chip or a passphrase, may be lost with this machine."""
    folder = settings.KEYS
    keys = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name not in (RING_FILE, SEALED_FILE)
    }
    days = {path.name: path.read_bytes() for path in (settings.DATA / "days").glob("*") if path.is_file()}
    return KeyArchive(
        format=FORMAT,
        serial=manifest.serial,
        ring=manifest.ring,
        made=manifest.made,
        keys={name: content for name, content in keys.items() if is_name(name)}
        | {RING_FILE: settings.RING.content},
        days={name: content for name, content in days.items() if is_name(name)},
    )
