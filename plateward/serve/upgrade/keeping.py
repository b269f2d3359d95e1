"""Before a newer version migrates the hub's database, that is copied beside itself, so that the upgrade can be undone
until it is confirmed. Migrations change nothing else: reads, images and keys are files of their days, and no read is in
the copy. On PostgreSQL the database's own backup is what undoes it; here is only noted when."""

import errno
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, Any

import msgspec
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from msgspec import Meta

from plateward.core.audit.models import Tree
from plateward.core.db.setup import migrations_left
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.merkle import Frontier
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import erase_file, private_directory, replace_file, replace_secret
from plateward.serve.backup.copying import held, read_elsewhere
from plateward.serve.backup.rules import UPGRADE_FOLDER
from plateward.version import described

COPY, ASIDE = "hub.db", "undone.db"  # the database of before the upgrade; the upgraded one, once it is undone
NOTE, VERSION = "upgrade.json", "version"
ROOM = 2  # times the database: for its copy, and for what a migration writes
PART = 1024 * 1024  # bytes


class NoRoom(PlatewardError):
    """There is no room for the copy, so nothing is migrated."""


class Upgrade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`at` it began, from version `before` to `after`, with these migrations; how many entries the log had, and its
    root."""

    at: datetime
    before: str
    after: str
    migrations: list[str]
    entries: Annotated[int, Meta(ge=0)]
    root: str

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC, from {self.before} to {self.after}"


def folder() -> Path:
    """Where all of it is."""
    return private_directory(settings.DATA / UPGRADE_FOLDER)


def known_upgrade() -> Upgrade | None:
    """The one that is not confirmed. Raises OSError, msgspec.DecodeError."""
    note = settings.DATA / UPGRADE_FOLDER / NOTE
    return msgspec.json.decode(note.read_bytes(), type=Upgrade) if note.exists() else None


def note_version() -> None:
    """The database is of this version now."""
    file = folder() / VERSION
    if not file.exists() or file.read_text() != described():
        replace_file(file, described().encode())


@enforces("6.b.i.9/sealed", "6.i.i/aes", "SC-28/data")
def keep_before_migrating() -> None:
    """Of what is to be migrated, unless it is new. One whose migration was killed has its copy already; that of an
    upgrade before is erased. Raises NoRoom, TargetUnusable; nothing was migrated then."""
    left = migrations_left()
    if not left or not MigrationRecorder(connection).applied_migrations():
        return
    known = known_upgrade()
    if known and is_begun(known.migrations, left):
        return
    if connection.vendor == "sqlite":
        _copy(Path(connection.settings_dict["NAME"]))
    version = folder() / VERSION
    before = version.read_text() if version.exists() else "an earlier version"
    made = Upgrade(clock.now().replace(microsecond=0), before, described(), left, *log_now())
    replace_file(folder() / NOTE, msgspec.json.encode(made))


def log_now() -> tuple[int, str]:
    """How many entries it has, and its root."""
    size, frontier = Tree.objects.values_list("size", "frontier").get()
    return size, Frontier.load(size, bytes(frontier)).root().hex()


def is_begun(migrations: Collection[str], left: Collection[str]) -> bool:
    """Whether an upgrade by `migrations` stopped in the middle: some of them are left to apply, and some are not."""
    return 0 < len({*migrations}.intersection(left)) < len({*migrations})


def _copy(database: Path) -> None:
    """As it lies, sealed as it is."""
    target = folder() / COPY
    for draft in target.parent.glob(f".{COPY}.*"):  # of a copy that was killed
        erase_file(draft)
    size, free = database.stat().st_size, shutil.disk_usage(database.parent).free
    if free < ROOM * size:
        raise _no_room(f"{free / 1e6:,.0f} MB are free, and it takes {ROOM * size / 1e6:,.0f}")
    try:
        with held(database), read_elsewhere(database) as content:
            replace_secret(target, _whole(content, database.stat().st_size))
    except OSError as error:
        raise _no_room(str(error.strerror)) from error


def _whole(content: IO[bytes], size: int) -> Iterator[bytes]:
    while part := content.read(PART):
        size -= len(part)
        yield part
    if size:
        raise OSError(errno.EIO, "it was not read to its end")


def _no_room(why: str) -> NoRoom:
    return NoRoom(
        f"The database cannot be copied to {settings.DATA / UPGRADE_FOLDER} before it is upgraded: {why}. Nothing was "
        "changed, and the version before still opens it: an upgrade that cannot be undone does not begin. Free space "
        "there, then start again."
    )


@dataclass(frozen=True)
class Standing:
    """Of the last upgrade, while it is not confirmed. `undone`: its copy is in place again; `by_site`: on PostgreSQL,
    where the site's backup is what undoes it."""

    upgrade: Upgrade | None
    undone: bool
    by_site: bool

    @property
    def facts(self) -> dict[str, Any]:
        """For programs."""
        known = self.upgrade and msgspec.to_builtins(self.upgrade)
        return {"version": described(), "upgrade": known, "undone": self.undone, "by_site": self.by_site}

    @property
    def what(self) -> str:
        if not self.upgrade:
            return f"No upgrade waits for its confirmation. Version {described()}."
        how = (
            "was undone, and what came in before that is kept"
            if self.undone
            else "waits for its confirmation"
        )
        return f"The upgrade of {self.upgrade}, {how}."

    @property
    def remedy(self) -> str:
        """Empty: nothing is to be done."""
        if not self.upgrade:
            return ""
        if self.undone:
            return "Once it is not needed: plateward upgrade confirm, which erases it."
        by = f"restore the database's own backup of before {self.upgrade.at:%Y-%m-%d %H:%M:%S} UTC"
        return f"If all works: plateward upgrade confirm. If not: {by if self.by_site else 'plateward upgrade undo'}."

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


def standing() -> Standing:
    """Raises OSError, msgspec.DecodeError."""
    by_site, copy = connection.vendor != "sqlite", settings.DATA / UPGRADE_FOLDER / COPY
    return Standing(known_upgrade(), not (by_site or copy.exists()), by_site)
