"""On PostgreSQL the read store is tables with a partition per day, whose rows never change (6.j.i): the reads, their
ids, a narrow row for each that searches ask, and each day's dictionary of plates and of sources. The folded plate, which
a plate has with all its misread forms, is in the keys of all of them but the ids and the sources, so that they can be
distributed by it; it is no generated column, which Citus does not distribute by. Of one id a day has one read, whatever
its plate: that is the key of the ids.

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
        folded text COLLATE "C" NOT NULL, PRIMARY KEY (id, captured_at, folded)
    ) PARTITION BY RANGE (captured_at)
    """,
    "CREATE TABLE reads_id (day date NOT NULL, id bytea NOT NULL, PRIMARY KEY (id, day)) PARTITION BY LIST (day)",
    """
    CREATE TABLE reads_summary (
        captured_at bigint NOT NULL, id bytea NOT NULL, plate text COLLATE "C" NOT NULL, state text,
        camera text NOT NULL, reader text NOT NULL, cell bigint, lat double precision, lon double precision,
        heading double precision, kind text, color text, make text, deployment text,
        folded text COLLATE "C" NOT NULL, PRIMARY KEY (folded, captured_at, id)
    ) PARTITION BY RANGE (captured_at)
    """,
    "CREATE INDEX reads_summary_time ON reads_summary ((captured_at + 0))",
    "CREATE INDEX reads_summary_cell ON reads_summary (cell, captured_at)",
    "CREATE INDEX reads_summary_camera ON reads_summary (camera, captured_at)",
    """
    CREATE TABLE reads_tail (
        day date NOT NULL, tail text COLLATE "C" NOT NULL, start smallint NOT NULL, folded text COLLATE "C" NOT NULL,
        PRIMARY KEY (tail, start, folded, day)
    ) PARTITION BY LIST (day)
    """,
    """
    CREATE TABLE reads_source (
        day date NOT NULL, camera text COLLATE "C" NOT NULL, reader text COLLATE "C" NOT NULL,
        deployment text COLLATE "C" NOT NULL, PRIMARY KEY (camera, reader, deployment, day)
    ) PARTITION BY LIST (day)
    """,
    """
    CREATE FUNCTION reads_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a read never changes (OPR:50 6.j.i)'; END $$
    """,
    *(
        f"""
        CREATE TRIGGER {name}_never_changes BEFORE UPDATE OR DELETE ON reads_{name}
        FOR EACH ROW EXECUTE FUNCTION reads_never_change();
        ALTER TABLE reads_{name} ENABLE ALWAYS TRIGGER {name}_never_changes
        """
        for name in ("read", "summary", "id")
    ),
]


def forward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in FORWARD:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reads", "0001_initial")]
    operations = [migrations.RunPython(forward)]
