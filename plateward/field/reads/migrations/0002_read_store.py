"""On PostgreSQL the read store is tables with a partition per day, whose rows never change (6.j.i): the reads, a narrow
row for each that searches ask, and each day's dictionary of plates and of sources.

Dropping its partitions removes a day. On SQLCipher the store is a file per day, made when needed.
"""

from django.db import migrations

FORWARD = [
    """
    CREATE TABLE reads_read (
        id bytea NOT NULL, captured_at bigint NOT NULL, plate text NOT NULL, state text, camera text NOT NULL,
        cell bigint, reader text NOT NULL, received_at bigint NOT NULL, body bytea NOT NULL, signature bytea NOT NULL,
        context_offset bigint NOT NULL, context_length bigint NOT NULL,
        plate_offset bigint NOT NULL, plate_length bigint NOT NULL, generation integer NOT NULL DEFAULT 0,
        PRIMARY KEY (captured_at, id)
    ) PARTITION BY RANGE (captured_at)
    """,
    "CREATE INDEX reads_read_id ON reads_read (id)",
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
    """
    CREATE FUNCTION reads_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a read never changes (OPR:50 6.j.i)'; END $$
    """,
    *(
        f"""
        CREATE TRIGGER {name}_never_changes BEFORE UPDATE OR DELETE ON reads_{name}
        FOR EACH ROW EXECUTE FUNCTION reads_never_change()
        """
        for name in ("read", "summary")
    ),
]


def forward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in FORWARD:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reads", "0001_initial")]
    operations = [migrations.RunPython(forward)]
