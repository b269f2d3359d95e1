"""How a command line that needs the hub's database starts Django."""

import os
from pathlib import Path
from shutil import disk_usage

import django

from plateward.core.loading import held
from plateward.ground.config.reading import read
from plateward.ground.errors import PlatewardError
from plateward.ground.vault.keyring import MARKER as RING_MARKER


class HomeUnusable(PlatewardError):
    """The disk is full, or the key ring or data directory cannot be opened or made."""


class DatabaseUnreachable(PlatewardError):
    """The database does not answer, or rejects the hub."""


class DatabaseOutdated(PlatewardError):
    """The database is empty, or from another version of Plateward."""


class NoHub(PlatewardError):
    """There is no hub here for the command."""


def has_hub() -> bool:
    """Whether a hub has its data here; makes nothing."""
    data = _data_folder()
    return data.is_dir() and (bool(read().database.url) or (data / "hub.db").exists())


def require_hub() -> None:
    """Raise `NoHub` if no hub was ever started, so that a command that queries one makes none. If a hub existed and its
    database is gone, `setup` says so."""
    data = _data_folder()
    if not has_hub() and not (data.is_dir() and any(path.name != RING_MARKER for path in data.iterdir())):
        raise NoHub(
            f"There is no hub in {data.parent.absolute()}. Nothing was done. Set "
            "PLATEWARD_HOME to the hub's directory, or PLATEWARD_CONFIG to its plateward.toml. To set up a new hub: "
            "'plateward init'."
        )


def _data_folder() -> Path:
    return read().home / "data"


def setup(*, migrated: bool = True, whole: bool = True) -> None:
    """Start Django with the hub's settings, and open its database, which must exist and be up to date, unless not
    `migrated`.

    The rooms above check an up-to-date database (`database_opened`), unless not `whole`: the audit log must continue
    every known head. Raises `NoHub`, `HomeUnusable`, `DatabaseUnreachable`, `DatabaseLost`, `DatabaseOutdated`,
    `NotEncryptedAtRest`, `NotEncryptedInTransit`, and whatever the key ring and those rooms raise.
    """
    if migrated:
        require_hub()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plateward.settings")
    try:
        with held():
            django.setup()  # the settings open the key ring
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise HomeUnusable(
            f"The key ring or its sealed data cannot be opened or created: {error.strerror}{where}. Nothing is "
            "stored without it (OPR:50 6.i.i). Free disk space, give this user access to both directories, "
            "or correct PLATEWARD_HOME and PLATEWARD_KEYS; then start again."
        ) from error

    from plateward.core.db.encryption import require_encryption_at_rest, require_encryption_in_transit
    from plateward.core.db.signals import database_opened

    require_encryption_at_rest()
    require_encryption_in_transit()
    _open_database()
    up_to_date = (migrated or whole) and is_migrated()
    if migrated and not up_to_date:
        raise DatabaseOutdated(
            "The database is empty or from an earlier version. Nothing was done. Start the hub once "
            "('plateward serve'), or bring the database up to date with 'plateward manage migrate'."
        )
    if whole and up_to_date:
        database_opened.send(sender=None)


def is_migrated() -> bool:
    """Whether no migration is left to apply. Raises DatabaseOutdated if this software lacks some that were applied."""
    return not migrations_left()


def migrations_left() -> list[str]:
    """The names of those to apply, in order. Raises DatabaseOutdated."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if later := sorted(set(executor.loader.applied_migrations).difference(executor.loader.disk_migrations)):
        raise DatabaseOutdated(
            f"The database is from a later version of Plateward: it has {'.'.join(later[0])}, which this one does not "
            "know. Nothing was done. Install that version again, or undo its upgrade: plateward upgrade undo "
            "(plateward upgrade status names both versions)."
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _open_database() -> None:
    from django.db import OperationalError, connection

    from plateward.core.db.continuity import require_continuity
    from plateward.core.db.disk_full import disk_is_full

    try:
        require_continuity()
        connection.ensure_connection()
    except OperationalError as error:
        if disk_is_full(error) or not disk_usage(_data_folder()).free:
            raise HomeUnusable(
                f"The disk of {_data_folder().absolute()} is full. Nothing was done: without room for its entry on the "
                "log, no act happens (OPR:50 6.b.i.10). Free space there, then start again."
            ) from error
        raise DatabaseUnreachable(
            f"The database cannot be opened: {' '.join(str(error).split())} Nothing was done. Check that it runs "
            "and that PLATEWARD_DATABASE_URL is correct."
        ) from error
