"""On PostgreSQL the read store is a single table with a partition per day, whose rows never change (6.j.i).

Dropping a partition removes a day. On SQLCipher the store is a file per day, made when needed.
"""

from django.db import migrations

FORWARD = [
    """
    CREATE TABLE reads_read (
        id bytea NOT NULL, captured_at bigint NOT NULL, plate text NOT NULL, state text, camera text NOT NULL,
        cell bigint, reader text NOT NULL, received_at bigint NOT NULL, body bytea NOT NULL, signature bytea NOT NULL,
        context_offset bigint NOT NULL, context_length bigint NOT NULL,
        plate_offset bigint NOT NULL, plate_length bigint NOT NULL,
        PRIMARY KEY (captured_at, id)
    ) PARTITION BY RANGE (captured_at)
    """,
    "CREATE INDEX reads_read_id ON reads_read (id)",
    "CREATE INDEX reads_read_plate ON reads_read (plate, captured_at)",
    "CREATE INDEX reads_read_cell ON reads_read (cell, captured_at)",
    """
    CREATE FUNCTION reads_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a read never changes (OPR:50 6.j.i)'; END $$
    """,
    """
    CREATE TRIGGER read_never_changes BEFORE UPDATE OR DELETE ON reads_read
    FOR EACH ROW EXECUTE FUNCTION reads_never_change()
    """,
]


def forward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in FORWARD:
            schema_editor.execute(statement)


def backward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE reads_read")
        schema_editor.execute("DROP FUNCTION reads_never_change()")


class Migration(migrations.Migration):
    dependencies = [("reads", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
