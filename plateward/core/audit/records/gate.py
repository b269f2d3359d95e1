"""A row that opens a gate is compared with the log when it does: what was written past the hub a second ago opens
nothing (integrity.py finds the rest within a minute)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection
from django.db.models import Model

from plateward.core.audit.records.integrity import Wrong
from plateward.core.audit.records.sums import row_digest
from plateward.core.audit.records.tables import RecordTable, digest_sql, record_tables
from plateward.core.audit.records.writing import AS_IT_IS, written_here
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces

REMEDY = "Change nothing and report a breach of security. Integrity names what else differs from the log."


@enforces("6.b.i.9/records", "AU-9/found")
def as_recorded(*rows: Model) -> Decision:
    """Whether each of these rows, which are stored, is as the entry says that wrote it last, or as this transaction
    itself wrote it, whose entry is still to come. A query for each table."""
    keys_by_table: dict[str, set[Any]] = defaultdict(set)
    for row in rows:
        keys_by_table[row._meta.db_table].add(row._meta.pk.get_db_prep_value(row.pk, connection))
    for name, keys in keys_by_table.items():
        for wrong in _wrong(record_tables()[name], keys):
            return refusal_of(wrong)
    return Allow()


def refusal_of(wrong: Wrong) -> Refusal:
    """What a person reads whom it stops. Who wrote the row last is on the log, for those who may read that."""
    last = "" if wrong.entry is None else f" Entry {wrong.entry:,} of the log wrote it last."
    return Refusal(
        "6.b.i.9", f"{wrong.name[:1].upper()}{wrong.name[1:]} cannot be used: {wrong.what}.{last}", REMEDY
    )


def is_recorded(table: RecordTable, key: str, content: bytes, logged: bytes | None) -> bool:
    """Whether a row's digest, as `digest_sql` gives it, is the log's `logged`, or of this transaction's own writing."""
    if logged == row_digest(table.name, key, content):
        return True
    own = written_here(table.name, key)
    if own is None or own.now != content:
        return False
    return own.was == AS_IT_IS or logged == (own.was and row_digest(table.name, key, own.was))


def _wrong(table: RecordTable, keys: Collection[Any]) -> Iterator[Wrong]:
    marks = ", ".join(["%s"] * len(keys))
    statement = f"""SELECT CAST(x.{table.key} AS TEXT), {digest_sql(table, "x")}, r.digest, r.entry
        FROM {table.name} x LEFT JOIN audit_record r ON r.of_table = %s AND r.key = CAST(x.{table.key} AS TEXT)
        WHERE x.{table.key} IN ({marks})"""  # noqa: S608, our own names
    with connection.cursor() as cursor:
        cursor.execute(statement, [table.name, *keys])
        found = cursor.fetchall()
    for key, content, logged, entry in found:
        if not is_recorded(table, key, bytes(content), logged and bytes(logged)):
            yield Wrong(table, key, True, entry)
    for key in {str(key) for key in keys} - {key for key, *_ in found}:
        yield Wrong(table, key, False, _last_entry(table, key))


def _last_entry(table: RecordTable, key: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry FROM audit_record WHERE of_table = %s AND key = %s",
            [table.name, key],
        )
        row = cursor.fetchone()
    return row[0] if row else None
