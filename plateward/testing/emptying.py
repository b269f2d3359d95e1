"""Empties the tables after a transactional test, including those whose rows no command may delete."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.test import TransactionTestCase

# Written by migrations, and changed by no test; and what entries of the log mention, since the log stays.
KEPT = {"auth_permission", "django_content_type", "audit_mention"}


@contextmanager
def without_triggers() -> Iterator[None]:
    """Within the block no trigger protects rows; the audit log's triggers stay, since its tables are never emptied."""
    sqlite = connection.vendor == "sqlite"
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name NOT LIKE 'audit_%'"
        if sqlite
        else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'audit_%'"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query)
        triggers = cursor.fetchall()
        for name, definition in triggers:
            cursor.execute(
                f"DROP TRIGGER {name}" if sqlite else f"ALTER TABLE {definition} DISABLE TRIGGER {name}"
            )
        yield
        for name, definition in triggers:
            cursor.execute(definition if sqlite else f"ALTER TABLE {definition} ENABLE ALWAYS TRIGGER {name}")


def delete_rows(_: TransactionTestCase) -> None:
    """Replaces Django's own `_fixture_teardown`, whose TRUNCATE makes a new file for every table and index on
    PostgreSQL: seconds on a slow disk, for a test's few rows."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    with without_triggers(), connection.cursor() as cursor:
        for table in sorted(tables - KEPT):
            cursor.execute(f"DELETE FROM {table}")
        connection.check_constraints()  # now: a table with deferred checks cannot be altered
