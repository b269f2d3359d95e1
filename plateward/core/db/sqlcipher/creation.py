"""Test databases: encrypted files, never in memory, so that tests meet the real thing."""

from pathlib import Path

from django.db.backends.sqlite3 import creation as sqlite


class DatabaseCreation(sqlite.DatabaseCreation):
    """Django's own, plus the write-ahead log beside the file."""

    def _get_test_db_name(self) -> str:
        settings = self.connection.settings_dict
        name = Path(settings["NAME"])
        return str(settings["TEST"]["NAME"] or name.with_name(f"test-{name.name}"))

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name: str = super()._create_test_db(verbosity, autoclobber, keepdb)  # type: ignore[misc]
        if not keepdb:
            remove_wal(name)
        return name

    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        super()._clone_test_db(suffix, verbosity, keepdb)  # type: ignore[misc]

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        super()._destroy_test_db(test_database_name, verbosity)  # type: ignore[misc]
        remove_wal(test_database_name)


def remove_wal(database: str) -> None:
    """Remove the write-ahead log of a file that is gone."""
    for suffix in ("-wal", "-shm"):
        Path(database + suffix).unlink(missing_ok=True)
