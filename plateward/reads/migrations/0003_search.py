"""What searches ask, on PostgreSQL: a narrow row for each read, and each day's dictionary of plates and of sources.

Each is partitioned by day as the reads are, so that dropping a day's partitions leaves nothing of it. Reads that are
there already get theirs here; on SQLCipher, when a day's file is opened.

What the read store did that day is written down here: what it does later fits later tables.
"""

import math
from datetime import UTC, datetime, time
from uuid import UUID

import msgspec
from django.db import migrations

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
FOLDED = str.maketrans("OIZSGB", "012568")


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
        insert_search_rows(
            cursor, day, [(msgspec.msgpack.decode(bytes(body)), reader) for _, body, reader in rows]
        )


def make_partitions(cursor, day):
    start = microseconds(datetime.combine(day, time.min, UTC))
    for table in ("reads_read", "reads_summary"):
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {table}_{day:%Y%m%d} PARTITION OF {table}"
            f" FOR VALUES FROM ({start}) TO ({start + 86_400_000_000})"
        )
    for table in ("reads_tail", "reads_source"):
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {table}_{day:%Y%m%d} PARTITION OF {table} FOR VALUES IN ('{day}')"
        )


def insert_search_rows(cursor, day, reads):
    cursor.executemany(
        "INSERT INTO reads_summary (captured_at, id, plate, state, camera, reader, cell, lat, lon, heading, kind, color,"
        " make, deployment) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [summary_row(read, reader) for read, reader in reads],
    )
    cursor.executemany(
        "INSERT INTO reads_source (day, camera, reader, deployment) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        sorted({(day, read["camera"], reader, read.get("deployment") or "") for read, reader in reads}),
    )
    folded = {read["plate"]: read["plate"].translate(FOLDED) for read, _ in reads}
    tails = [(text[start:], start, plate) for plate, text in folded.items() for start in range(len(text))]
    cursor.execute(
        "INSERT INTO reads_tail (day, tail, start, plate)"
        " SELECT %s, * FROM unnest(%s::text[], %s::smallint[], %s::text[]) ON CONFLICT DO NOTHING",
        [day, *([row[column] for row in tails] for column in range(3))],
    )


def summary_row(read, reader):
    position, vehicle = read.get("position") or {}, read.get("vehicle") or {}
    lat, lon = position.get("lat"), position.get("lon")
    cell = math.floor((lat + 90) / 0.02) * 20_000 + math.floor((lon + 180) / 0.02) if position else None
    facts = [(vehicle.get(name) or {}).get("value") for name in ("kind", "color", "make")]
    return (
        microseconds(msgspec.convert(read["captured_at"], datetime)),
        UUID(read["id"]).bytes,
        read["plate"],
        read.get("state"),
        read["camera"],
        reader,
        cell,
        lat,
        lon,
        read.get("heading"),
        *(fact and fact.lower() for fact in facts),
        read.get("deployment"),
    )


def microseconds(moment):
    return round(moment.timestamp() * 1_000_000)


def backward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in ("reads_source", "reads_tail", "reads_summary"):
            schema_editor.execute(f"DROP TABLE {table}")
        schema_editor.execute("CREATE INDEX reads_read_plate ON reads_read (plate, captured_at)")
        schema_editor.execute("CREATE INDEX reads_read_cell ON reads_read (cell, captured_at)")


class Migration(migrations.Migration):
    dependencies = [("reads", "0002_read_store")]
    operations = [migrations.RunPython(forward, backward)]
