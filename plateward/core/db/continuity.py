"""The database and the data folder beside it are one hub's. A lost database is not silently replaced by a new one: its
audit log would end, and nobody would notice. Nor is a folder: its keys of the same days would be others."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import replace_file, write_once
from plateward.ground.vault.keyring import MARKER as RING_MARKER

MARKER = "database.marker"


class DatabaseLost(PlatewardError):
    """A place that had a database in use has none."""


class OtherPlace(PlatewardError):
    """This database is in use with another folder."""


@enforces("6.b.i.9/sealed", "AU-9/found", "6.j.i/proven")
def require_continuity() -> None:
    """Raise `DatabaseLost` if the database is empty but the data beside it is not, `OtherPlace` if it began beside
    another folder.

    The marker is written before the first log entry, so that even a hub without reads has something beside its
    database; then it names that entry.
    """
    marker = settings.DATA / MARKER
    if _is_made():
        began, known = _first_entry(), marker.read_bytes() if marker.exists() else None
        if began and (known is None or known not in (b"", began)):
            raise OtherPlace(
                f"The database {connection.settings_dict['NAME']} belongs to another data folder than {settings.DATA}: "
                "images and keys of each day lie beside it, and would be made a second time here (OPR:50 6.h.ii). "
                "Nothing was done. Correct PLATEWARD_HOME or PLATEWARD_DATABASE_URL. Several nodes share one folder; "
                f"after a restore, copy its {MARKER} as well."
            )
        if known is None:
            write_once(marker, began)
        elif began and not known:
            replace_file(marker, began)
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


def _first_entry() -> bytes:
    """What tells this database from any other: the digest of its log's first entry as it is sealed; empty before."""
    if "audit_entry" not in connection.introspection.table_names():
        return b""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM audit_entry WHERE sequence = 0")
        row = cursor.fetchone()
    return sha256(bytes(row[0])).hexdigest().encode() if row else b""


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
