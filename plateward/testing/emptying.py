"""What a table's owner can do past the hub. It empties the tables after a transactional test, including those whose
rows no command may delete."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

from plateward.core.audit.protection.integrity import forget_changes
from plateward.core.audit.records.gate import Kept, MadeOfRecords

# Written by migrations, and changed by no test; and what entries of the log mention, since the log stays.
KEPT = {"auth_permission", "django_content_type", "audit_mention"}


@contextmanager
def without_triggers(tables: Sequence[str]) -> Iterator[None]:
    """Within the block no trigger protects the rows of these tables; the audit log's triggers stay, since its tables
    are never emptied."""
    sqlite = connection.vendor == "sqlite"
    query = (
        "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if sqlite
        else "SELECT tgname, tgrelid::regclass::text, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query)
        triggers = [
            (name, definition)
            for name, definition, table in cursor.fetchall()
            if table in tables and not table.startswith("audit_")
        ]
        for name, definition in triggers:
            cursor.execute(
                f"DROP TRIGGER {name}" if sqlite else f"ALTER TABLE {definition} DISABLE TRIGGER {name}"
            )
        yield
        for name, definition in triggers:
            cursor.execute(definition if sqlite else f"ALTER TABLE {definition} ENABLE ALWAYS TRIGGER {name}")
    forget_changes()


def write(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def past_the_hub(*tables: str) -> Iterator[None]:
    """As the database's owner, who switches off what protects these tables. On PostgreSQL until the test is rolled
    back: its checks of foreign keys wait for the end."""
    if connection.vendor == "sqlite":
        with without_triggers(tables):
            yield
        return
    write("SET CONSTRAINTS ALL IMMEDIATE")  # a table with deferred checks cannot be altered
    for table in tables:
        write(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    write("SET CONSTRAINTS ALL DEFERRED")
    yield


@contextmanager
def without_checks(*tables: str) -> Iterator[None]:
    """What their owner can write then, within a test that is rolled back."""
    if connection.vendor == "sqlite":
        write("PRAGMA ignore_check_constraints = ON")
        try:
            yield
        finally:
            write("PRAGMA ignore_check_constraints = OFF")  # it outlasts the test
        return
    write("SET CONSTRAINTS ALL IMMEDIATE")  # a table with deferred checks cannot be altered
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')",
                [table],
            )
            for (constraint,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
    yield


def delete_rows(_: TransactionTestCase) -> None:
    """Replaces Django's own `_fixture_teardown`, whose TRUNCATE makes a new file for every table and index on
    PostgreSQL: seconds on a slow disk, for a test's few rows."""
    tables = filled_tables()
    with without_triggers(tables), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        for table in ("audit_change", "audit_record"):
            cursor.execute(f"DELETE FROM {table}")
        connection.check_constraints()  # now: a table with deferred checks cannot be altered
    forget_what_was_compared()


def forget_what_was_compared() -> None:
    """As a new process, which knows no rows: what rooms keep of tables that no act has changed."""
    ours = [module for name, module in list(sys.modules.items()) if name.startswith("plateward.")]
    for kept in chain.from_iterable(vars(module).values() for module in ours):
        if isinstance(kept, Kept):
            kept._known = None
        if isinstance(kept, MadeOfRecords):
            kept._made.clear()


def filled_tables() -> list[str]:
    """Those with rows that a test may have made, in one statement: most are empty, and on SQLCipher a trigger that is
    dropped has every statement compiled anew."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    rows = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in sorted(tables - KEPT))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(rows))
        return [table for (table,) in cursor.fetchall()]
