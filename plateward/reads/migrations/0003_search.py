"""What searches ask, on PostgreSQL: a narrow row for each read, and each day's dictionary of plates and of sources.

Each is partitioned by day as the reads are, so that dropping a day's partitions leaves nothing of it. Reads that are
there already get theirs here; on SQLCipher, when a day's file is opened.
"""

from datetime import datetime

import msgspec
from django.db import migrations

from plateward.reads.store.postgres import insert_search_rows, make_partitions
from plateward.wire.read import Read

FORWARD = [
    """
    CREATE TABLE reads_summary (
        captured_at bigint NOT NULL, id bytea NOT NULL, plate text COLLATE "C" NOT NULL, state text,
        camera text NOT NULL, reader text NOT NULL, cell bigint, lat double precision, lon double precision,
        heading double precision, kind text, color text, make text, deployment text,
        PRIMARY KEY (captured_at, id)
    ) PARTITION BY RANGE (captured_at)
    """,
    "CREATE INDEX reads_summary_plate ON reads_summary (plate, captured_at)",
    "CREATE INDEX reads_summary_cell ON reads_summary (cell, captured_at)",
    "CREATE INDEX reads_summary_camera ON reads_summary (camera, captured_at)",
    """
    CREATE TRIGGER summary_never_changes BEFORE UPDATE OR DELETE ON reads_summary
    FOR EACH ROW EXECUTE FUNCTION reads_never_change()
    """,
    """
    CREATE TABLE reads_tail (
        day date NOT NULL, tail text COLLATE "C" NOT NULL, start smallint NOT NULL, plate text COLLATE "C" NOT NULL,
        PRIMARY KEY (day, tail, start, plate)
    ) PARTITION BY LIST (day)
    """,
    """
    CREATE TABLE reads_source (
        day date NOT NULL, camera text COLLATE "C" NOT NULL, reader text COLLATE "C" NOT NULL,
        deployment text COLLATE "C" NOT NULL, PRIMARY KEY (day, camera, reader, deployment)
    ) PARTITION BY LIST (day)
    """,
    "DROP INDEX reads_read_plate",
    "DROP INDEX reads_read_cell",
]
BATCH = 5_000


def forward(_apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    for statement in FORWARD:
        schema_editor.execute(statement)
    with connection.cursor() as cursor:
        fill_days(cursor)


def fill_days(cursor):
    cursor.execute(
        "SELECT right(inhrelid::regclass::text, 8) FROM pg_inherits WHERE inhparent = 'reads_read'::regclass"
    )
    for (name,) in cursor.fetchall():
        day = datetime.strptime(name, "%Y%m%d").date()
        make_partitions(cursor, day)
        fill(cursor, day)


def fill(cursor, day):
    last = b""
    while True:
        cursor.execute(
            f"SELECT id, body, reader FROM reads_read_{day:%Y%m%d} WHERE id > %s ORDER BY id LIMIT {BATCH}",  # noqa: S608
            [last],
        )
        rows = cursor.fetchall()
        if not rows:
            return
        last = bytes(rows[-1][0])
        reads = [(msgspec.msgpack.decode(bytes(body), type=Read), reader) for _, body, reader in rows]
        insert_search_rows(cursor, day, reads)


def backward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in ("reads_source", "reads_tail", "reads_summary"):
            schema_editor.execute(f"DROP TABLE {table}")
        schema_editor.execute("CREATE INDEX reads_read_plate ON reads_read (plate, captured_at)")
        schema_editor.execute("CREATE INDEX reads_read_cell ON reads_read (cell, captured_at)")


class Migration(migrations.Migration):
    dependencies = [("reads", "0002_read_store")]
    operations = [migrations.RunPython(forward, backward)]
