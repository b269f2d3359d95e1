"""A lost database is not silently replaced by a new one: its audit log would end, and nobody would notice."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import write_once
from plateward.ground.vault.keyring import MARKER as RING_MARKER

MARKER = "database.marker"


class DatabaseLost(PlatewardError):
    """A place that had a database in use has none."""


@enforces("6.b.i.9/sealed", "AU-9/found", "6.j.i/proven")
def require_continuity() -> None:
    """Raise `DatabaseLost` if the database is empty but the data beside it is not.

    The marker is written before the first log entry, so that even a hub without reads has something beside its
    database.
    """
    if _is_made():
        if not (settings.DATA / MARKER).exists():
            write_once(settings.DATA / MARKER, b"")
    elif _was_used():
        raise DatabaseLost(
            f"The database {connection.settings_dict['NAME']} is missing or empty, though {settings.DATA} was in use "
            "with one: its records and audit log are gone, and a new log is not started (OPR:50 6.b.i.9, CJIS "
            "AU-9). Report it to the ALPR administrator, and restore the database from its backup, "
            f"or correct PLATEWARD_DATABASE_URL. A new, empty hub needs a place other than {settings.DATA}."
        )


def _is_made() -> bool:
    if connection.vendor == "sqlite":  # opening would create the file
        file = _database_file()
        if not (file.exists() and file.stat().st_size):
            return False
    return bool(MigrationRecorder(connection).applied_migrations())


def _was_used() -> bool:
    own = {RING_MARKER, "lost+found"}
    if connection.vendor == "sqlite":
        own |= {_database_file().name + suffix for suffix in ("", "-wal", "-shm")}
    return any(entry.name not in own and not _is_bare(entry) for entry in settings.DATA.iterdir())


def _is_bare(entry: Path) -> bool:
    """Hidden, or a folder that was made for what has not come."""
    return entry.name.startswith(".") or (entry.is_dir() and all(map(_is_bare, entry.iterdir())))


def _database_file() -> Path:
    return Path(connection.settings_dict["NAME"])
