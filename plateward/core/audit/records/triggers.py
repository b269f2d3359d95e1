"""The triggers by which the database itself tells what was written, whichever statement wrote it: a row of
`audit_change` for each, with the digests before and after, which the act's entry takes up before the transaction ends
(writing.py)."""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from plateward.core.audit.records.tables import RecordTable, digest_sql
from plateward.ground.policy.trace import enforces

FUNCTION = """CREATE OR REPLACE FUNCTION audit_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE earlier bytea; later bytea; named text; BEGIN
IF TG_OP <> 'INSERT' THEN
    earlier := sha256(convert_to((to_jsonb(OLD) - TG_ARGV[1:])::text, 'UTF8')); named := to_jsonb(OLD) ->> TG_ARGV[0];
END IF;
IF TG_OP <> 'DELETE' THEN
    later := sha256(convert_to((to_jsonb(NEW) - TG_ARGV[1:])::text, 'UTF8')); named := to_jsonb(NEW) ->> TG_ARGV[0];
END IF;
IF earlier IS DISTINCT FROM later THEN
    INSERT INTO audit_change (act, of_table, key, was, digest)
    VALUES (txid_current(), TG_TABLE_NAME, named, earlier, later);
END IF;
RETURN NULL; END $$"""


@enforces("6.b.i.9/records")
def install(tables: Iterable[RecordTable]) -> None:
    """Make the triggers of these tables anew, as this software declares them."""
    statements = _postgresql if connection.vendor == "postgresql" else _sqlite
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for table in tables:
            for statement in statements(table):
                cursor.execute(statement)


def _postgresql(table: RecordTable) -> Iterator[str]:
    arguments = ", ".join(f"'{column}'" for column in (table.key, *table.passing))
    yield f"DROP TRIGGER IF EXISTS recorded ON {table.name}"
    yield (
        f"CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON {table.name} FOR EACH ROW "
        f"EXECUTE FUNCTION audit_note_change({arguments})"
    )
    yield f"ALTER TABLE {table.name} ENABLE ALWAYS TRIGGER recorded"


def _sqlite(table: RecordTable) -> Iterator[str]:
    old, new = digest_sql(table, "OLD"), digest_sql(table, "NEW")
    events = {
        "recorded_insert": ("INSERT", "", "NEW", "NULL", new),
        "recorded_update": ("UPDATE", f" WHEN {old} IS NOT {new}", "NEW", old, new),
        "recorded_delete": ("DELETE", "", "OLD", old, "NULL"),
    }
    for name, (event, when, row, was, digest) in events.items():
        yield f"DROP TRIGGER IF EXISTS {table.name}_{name}"
        values = f"txid_current(), '{table.name}', CAST({row}.{table.key} AS TEXT), {was}, {digest}"
        insert = f"INSERT INTO audit_change (act, of_table, key, was, digest) VALUES ({values})"  # noqa: S608, our own names
        yield f"CREATE TRIGGER {table.name}_{name} AFTER {event} ON {table.name}{when} BEGIN {insert}; END"
