"""On PostgreSQL the read store is tables with a partition per day, whose rows never change (6.j.i): the reads, their
ids, a narrow row for each that searches ask, and each day's dictionary of plates and of sources. The folded plate, which
a plate has with all its misread forms, is in the keys of all of them but the ids and the sources, so that they can be
distributed by it; it is no generated column, which Citus does not distribute by. Of one id a day has one read, whatever
its plate: that is the key of the ids.

Dropping its partitions removes a day. The hub's role owns no table, so what makes, prepares and drops a day are functions
of the owner's, which take a day and numbers and nothing else (docs/decisions/0197). On SQLCipher the store is a file per day, made when needed.
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
TABLES = "ARRAY['reads_read', 'reads_summary', 'reads_id', 'reads_tail', 'reads_source']"
# Until the server has vacuumed a table, what its index has is looked up in the table too: a search took twice as long.
# With its usual settings it never comes to the last fifth of a day.
VACUUMED = "WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000)"
# What no query looks for: samples would be left in the server's statistics when the table is gone.
NO_STATISTICS = "ALTER TABLE %I ALTER COLUMN body SET STATISTICS 0, ALTER COLUMN signature SET STATISTICS 0"
# Each runs for every one of the read store's tables, which it locks in this order. Its table of a day ends in `number`.
EACH = """ DECLARE name text; number text := to_char(day, 'YYYYMMDD'); BEGIN
    IF day NOT BETWEEN '1970-01-01' AND '9999-12-31' THEN RAISE EXCEPTION 'no day of reads: %', day; END IF;
    FOREACH name IN ARRAY {tables} LOOP {body} END LOOP; END """
GRANT = "EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', {name}, session_user);"
DAY, NEXT = "(name || '_' || number)", "(name || '_' || number || '_' || generation)"
BOUNDS = """CASE WHEN name IN ('reads_read', 'reads_summary') THEN format('FOR VALUES FROM (%s) TO (%s)',
    (day - '1970-01-01'::date) * 86400000000, (day + 1 - '1970-01-01'::date) * 86400000000)
    ELSE format('FOR VALUES IN (%L)', day) END"""
# Where the site distributes reads by Citus, a table that becomes a part lies where its rows will: no other is attached.
COLOCATE = """IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
        PERFORM create_distributed_table({part}::regclass, column_to_column_name(whole.logicalrelid, whole.partkey),
            colocate_with => name) FROM pg_dist_partition whole WHERE whole.logicalrelid = name::regclass
            AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = {part}::regclass);
    END IF;"""
FUNCTIONS = {
    # Its reads' table is attached: Citus gives its shards what a table is before, and takes no such change later.
    "reads_make_day(day date)": EACH.format(
        tables=TABLES,
        body=f"""EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', name);
        CONTINUE WHEN to_regclass({DAY}) IS NOT NULL;
        IF name = 'reads_read' THEN
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) {VACUUMED}', {DAY}, name);
            EXECUTE format('{NO_STATISTICS}', {DAY});
            {COLOCATE.format(part=DAY)}
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I %s', name, {DAY}, {BOUNDS});
        ELSE
            EXECUTE format('CREATE TABLE %I PARTITION OF %I %s {VACUUMED}', {DAY}, name, {BOUNDS});
        END IF;
        {GRANT.format(name=DAY)}""",
    ),
    # Its reads' table takes no others, once it is the day's, either.
    "reads_prepare_next(day date, generation integer)": EACH.format(
        tables=TABLES,
        body=f"""IF to_regclass({NEXT}) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL%s) {VACUUMED}', {NEXT}, name,
                CASE name WHEN 'reads_read' THEN format(', CHECK (generation = %s)', generation) ELSE '' END);
            IF name = 'reads_read' THEN EXECUTE format('{NO_STATISTICS}', {NEXT}); END IF;
            {GRANT.format(name=NEXT)}
        END IF;
        {COLOCATE.format(part=NEXT)}""",
    ),
    "reads_mark_next(day date, generation integer, tombstone text)": """ BEGIN
        EXECUTE format('COMMENT ON TABLE %I IS %L',
            'reads_read_' || to_char(day, 'YYYYMMDD') || '_' || generation, tombstone); END """,
    "reads_drop_next(day date, generation integer)": EACH.format(
        tables=TABLES, body=f"EXECUTE format('DROP TABLE IF EXISTS %I', {NEXT});"
    ),
    "reads_lock()": f""" DECLARE name text; BEGIN FOREACH name IN ARRAY {TABLES} LOOP
        EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', name); END LOOP; END """,
    # The day has what was prepared; of generation 0 nothing.
    "reads_swap(day date, generation integer)": EACH.format(
        tables=TABLES,
        body=f"""EXECUTE format('DROP TABLE IF EXISTS %I', {DAY});
        IF generation > 0 THEN
            EXECUTE format('ALTER TABLE %I RENAME TO %I', {NEXT}, {DAY});
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I %s', name, {DAY}, {BOUNDS});
        END IF;""",
    ),
}


def forward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in FORWARD:
            schema_editor.execute(statement)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            [schema] = cursor.fetchone()
        for function, body in FUNCTIONS.items():
            # A fixed path: no table of the caller's own takes the place of these.
            schema_editor.execute(
                f"CREATE FUNCTION {function} RETURNS void LANGUAGE plpgsql STRICT SECURITY DEFINER"
                f" SET search_path = {schema}, pg_temp AS $$\n#variable_conflict use_variable\n{body}$$;"
                f" REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC",
                None,
            )


class Migration(migrations.Migration):
    dependencies = [("reads", "0001_initial")]
    operations = [migrations.RunPython(forward)]
