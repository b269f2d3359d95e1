"""How a command line that needs the hub's database brings Django up."""

import os
from pathlib import Path

import django

from plateward.errors import PlatewardError
from plateward.vault.keyring import MARKER as RING_MARKER


class HomeUnusable(PlatewardError):
    """The disk is full, or does not let the key ring or the data's directory be opened or made."""


class DatabaseUnreachable(PlatewardError):
    """The database does not answer, or does not take the hub in."""


class DatabaseOutdated(PlatewardError):
    """The database is empty, or of another version of Plateward."""


class NoHub(PlatewardError):
    """There is nothing of a hub here that a command could ask or change."""


def has_hub() -> bool:
    """Whether a hub has its data here, so that it can be asked; nothing is made where not."""
    data = _data_folder()
    return data.is_dir() and (bool(os.environ.get("PLATEWARD_DATABASE_URL")) or (data / "hub.db").exists())


def require_hub() -> None:
    """Raise `NoHub` where a hub was never begun, so that a command that asks one makes none. Where a hub was, and its
    database is gone, `setup` says so."""
    data = _data_folder()
    if not has_hub() and not (data.is_dir() and any(path.name != RING_MARKER for path in data.iterdir())):
        raise NoHub(
            f"No hub is set up here: there is none in {data.parent.absolute()}, and nothing was done. Set "
            "PLATEWARD_HOME to the hub's directory. To set up a new hub there: 'plateward serve' (or 'plateward manage "
            "migrate'), then 'plateward people begin'."
        )


def _data_folder() -> Path:
    return Path(os.environ.get("PLATEWARD_HOME", "var")) / "data"


def setup(*, migrated: bool = True, whole: bool = True) -> None:
    """Bring Django up with the hub's settings, and open its database: one that was begun and is up to date, unless not
    `migrated`.

    A database that is up to date is looked at by the rooms above (`database_opened`), unless not `whole`: the audit
    log must continue every head that is known. Raises `NoHub`, `HomeUnusable`, `DatabaseUnreachable`, `DatabaseLost`,
    `DatabaseOutdated`, `NotEncryptedAtRest`, `NotEncryptedInTransit`, and what the key ring and those rooms raise.
    """
    if migrated:
        require_hub()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plateward.settings")
    try:
        django.setup()  # the settings open the key ring
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise HomeUnusable(
            f"The key ring, or the data it seals, cannot be opened or made: {error.strerror}{where}. Nothing "
            "is stored without it (OPR:50 6.i.i). Make room on the disk, let this user into both directories, "
            "or correct PLATEWARD_HOME and PLATEWARD_KEYS; then start again."
        ) from error

    from plateward.db.at_rest import require_encryption_at_rest
    from plateward.db.in_transit import require_encryption_in_transit
    from plateward.db.signals import database_opened

    require_encryption_at_rest()
    require_encryption_in_transit()
    _open_database()
    up_to_date = _is_migrated()
    if migrated and not up_to_date:
        raise DatabaseOutdated(
            "The database is empty or of an earlier version, and nothing was done. Start the hub once "
            "('plateward serve'), or bring the database up to date with 'plateward manage migrate'."
        )
    if whole and up_to_date:
        database_opened.send(sender=None)


def _open_database() -> None:
    from django.db import OperationalError, connection

    from plateward.db.continuity import require_continuity

    try:
        require_continuity()
        connection.ensure_connection()
    except OperationalError as error:
        raise DatabaseUnreachable(
            f"The database cannot be opened: {' '.join(str(error).split())} Nothing was done. "
            "See that it runs and that PLATEWARD_DATABASE_URL is right."
        ) from error


def _is_migrated() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
