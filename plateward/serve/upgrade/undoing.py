"""Undoing an upgrade, and confirming it.

1. The log of the upgraded database gets the undoing as its last entry, and its head is signed and kept outside.
2. Who answers for it is noted, for the log of the database that comes back.
3. Nobody else has the database open, or it is refused.
4. The upgraded database is kept beside, and the copy takes its place, in one step.
5. At the next start the log that came back states in that name what it lost, for good: heads that were signed since are
   known beside the keys and at witnesses. What was destroyed since is destroyed, by its records.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.core.audit.actor import Actor, command_line_actor
from plateward.core.audit.continuity import compare_heads
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import record
from plateward.core.audit.restoring import accept_restore
from plateward.core.db.setup import DatabaseOutdated, is_migrated
from plateward.core.db.sqlcipher.soundness import PAGE, damaged_pages
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import erase_file, replace_file, sync_directory
from plateward.serve.backup.rules import UPGRADE_FOLDER
from plateward.serve.rotation import announce_again
from plateward.serve.upgrade.keeping import ASIDE, COPY, NOTE, Upgrade, folder, known_upgrade, log_now

UNDONE = "undone.json"


class NotUndone(PlatewardError):
    """The upgrade was not undone; the sentence says why."""


class NothingToConfirm(PlatewardError):
    """No upgrade waits for its confirmation."""


class Undone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for it and why, and the upgrade."""

    administrator: str
    reason: str
    upgrade: Upgrade


@enforces("6.b.i.9/sealed", "6.h.ii/restored", "AU-9/found")
def undo(actor: Actor, administrator: str, reason: str) -> tuple[Upgrade, int | None]:
    """The upgrade, and how many entries the log had since, if that database can still be asked. Raises NotUndone, and
    whatever the log raises."""
    upgrade, place = known_upgrade(), folder()
    if not upgrade:
        raise NotUndone("No upgrade waits for its confirmation, so there is none to undo. Nothing was done.")
    if connection.vendor != "sqlite":
        raise NotUndone(
            f"The database is on PostgreSQL, and its own backup undoes the upgrade of {upgrade}. Nothing was done. "
            "Stop the hub, install that version, restore the database as it was before that time, then: plateward "
            "audit accept-restore (see Upgrade in the guide, Install)."
        )
    database, copy = Path(connection.settings_dict["NAME"]), place / COPY
    if not copy.exists():
        raise NotUndone(
            f"The upgrade of {upgrade} is undone already. Nothing was done. Install that version and start the hub."
        )
    key = settings.RING.key("database")
    checked, damaged = damaged_pages(copy, key, 1, copy.stat().st_size // PAGE + 1)
    if damaged or not checked:
        raise NotUndone(
            f"The copy {copy} was altered or cut: {len(damaged)} of its pages are not as they were written (OPR:50 "
            "6.j.i). Nothing was done. Restore the backup from before the upgrade, and report it as an incident."
        )
    connection.close()
    with alone_in(database, key):  # asked first, so that a refusal leaves no entry
        pass
    since = _tell_log(actor, upgrade, administrator, reason)
    connection.close()
    with alone_in(database, key):
        note = Undone(administrator, reason, upgrade)
        replace_file(place / UNDONE, msgspec.json.encode(note))
        _erase_aside(place)
        os.link(database, place / ASIDE)
        os.replace(copy, database)
        sync_directory(place)
        sync_directory(database.parent)
    return upgrade, since


def _tell_log(actor: Actor, upgrade: Upgrade, administrator: str, reason: str) -> int | None:
    """None: its migration was not finished, so nothing came since; or it is newer than this software, and the hub
    signed its log when it stopped."""
    try:
        if not is_migrated():
            return None
    except DatabaseOutdated:
        return None
    record(
        actor,
        Event.UPGRADE_UNDO,
        "hub",
        reason=reason,
        administrator=administrator,
        before=upgrade.before,
        after=upgrade.after,
    )
    return sign_head().head.size - upgrade.entries


def _erase_aside(place: Path) -> None:
    """Of an undoing that was killed it is the hub's own database by another name."""
    aside = place / ASIDE
    if aside.exists() and aside.stat().st_nlink > 1:
        aside.unlink()
    erase_file(aside)


@contextmanager
def alone_in(database: Path, key: bytes) -> Iterator[None]:
    """Nobody else has it open; all of it is in its one file. Raises NotUndone."""
    with closing(sqlcipher.connect(str(database), isolation_level=None, timeout=0)) as opened:
        opened.execute("PRAGMA cipher_log_level = NONE")
        opened.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        opened.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            opened.execute("PRAGMA journal_mode = DELETE")  # which SQLite does for the last one alone
            opened.execute("BEGIN EXCLUSIVE")
        except sqlcipher.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise NotUndone(
                "The hub runs, or a command of it does: its database is open. Nothing was done. Stop it first: "
                "systemctl stop plateward-hub"
            ) from None
        yield
        opened.execute("ROLLBACK")


@enforces("6.b.i.9/sealed", "AU-9/found")
def take_up_undone() -> None:
    """At a start. Only of the very log that came back by the undoing: no other one is accepted by its note."""
    file = settings.DATA / UPGRADE_FOLDER / UNDONE
    if not file.exists():
        return
    note = msgspec.json.decode(file.read_bytes(), type=Undone)
    if compare_heads().missed and log_now() == (note.upgrade.entries, note.upgrade.root):
        actor = command_line_actor("upgrade undo")
        accept_restore(actor, note.administrator, f"Upgrade of {note.upgrade}, was undone: {note.reason}")
        announce_again(actor)
    file.unlink()


@enforces("MP-6/erased", "6.b.i.9/entries")
def confirm(actor: Actor) -> Upgrade:
    """What the upgrade kept is erased, the note last. Raises NothingToConfirm."""
    upgrade, place = known_upgrade(), folder()
    if not upgrade:
        raise NothingToConfirm("No upgrade waits for its confirmation. Nothing was done.")
    record(
        actor,
        Event.UPGRADE_CONFIRM,
        "hub",
        before=upgrade.before,
        after=upgrade.after,
        undone=not (place / COPY).exists(),
    )
    _erase_aside(place)
    for file in (place / COPY, place / UNDONE, *place.glob(".*")):
        erase_file(file)
    (place / NOTE).unlink()
    return upgrade
