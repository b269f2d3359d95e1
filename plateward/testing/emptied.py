"""After a transactional test Django empties the tables, those too whose rows no command may delete."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import TransactionTestCase

_empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


@contextmanager
def unguarded() -> Iterator[None]:
    """Within the block no trigger keeps a row; those of the audit log stay, for its tables are never emptied."""
    sqlite = connection.vendor == "sqlite"
    found = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name NOT LIKE 'audit_%'"
        if sqlite
        else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'audit_%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(found)
        triggers = cursor.fetchall()
        for name, of in triggers:
            cursor.execute(f"DROP TRIGGER {name}" if sqlite else f"ALTER TABLE {of} DISABLE TRIGGER {name}")
        yield
        for name, of in triggers:
            cursor.execute(of if sqlite else f"ALTER TABLE {of} ENABLE ALWAYS TRIGGER {name}")


def emptied(case: TransactionTestCase) -> None:
    """In place of Django's own `_fixture_teardown`."""
    with unguarded():
        _empty(case)
