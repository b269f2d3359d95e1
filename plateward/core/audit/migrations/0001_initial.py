"""The log's tables, and the triggers that let no role of the application change what is on it."""

from django.db import migrations, models

from plateward.core.db.row_triggers import keep_rows

REFUSAL = "'The audit log is append-only (OPR:50 6.b.i.9).'"

SAME = "SELECT 1 FROM audit_head WHERE id = NEW.id OR (size = NEW.size AND root = NEW.root)"

# SQLite fires no DELETE trigger for INSERT OR REPLACE, so these are on INSERT.
SQLITE = [
    (f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, {REFUSAL}); END")
    for name, when in {
        "audit_entry_no_update": "UPDATE ON audit_entry",
        "audit_entry_no_delete": "DELETE ON audit_entry",
        "audit_entry_once": "INSERT ON audit_entry WHEN NEW.sequence < (SELECT size FROM audit_tree)",
        "audit_head_no_update": "UPDATE ON audit_head",
        "audit_head_no_delete": "DELETE ON audit_head",
        "audit_head_once": f"INSERT ON audit_head WHEN EXISTS ({SAME})",
        "audit_tree_grows": "UPDATE ON audit_tree WHEN NEW.id <> OLD.id OR NEW.size <= OLD.size",
        "audit_tree_no_delete": "DELETE ON audit_tree",
        "audit_tree_once": "INSERT ON audit_tree WHEN EXISTS (SELECT 1 FROM audit_tree)",
    }.items()
]

# ALWAYS: a session in the replica role does not bypass them.
POSTGRESQL = [
    f"""CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION {REFUSAL}; END $$""",
    *(
        f"CREATE TRIGGER {name} BEFORE {when} EXECUTE FUNCTION audit_append_only();"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
        for table, name, when in [
            ("audit_entry", "no_change", "UPDATE OR DELETE OR TRUNCATE ON audit_entry"),
            ("audit_head", "no_change", "UPDATE OR DELETE OR TRUNCATE ON audit_head"),
            ("audit_tree", "no_removal", "DELETE OR TRUNCATE ON audit_tree"),
            (
                "audit_tree",
                "grows",
                "UPDATE ON audit_tree FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.size <= OLD.size)",
            ),
        ]
    ),
]


# UNLOGGED: what a crash leaves behind of an open transaction is nothing.
POSTGRESQL_RECORDS = [
    """CREATE UNLOGGED TABLE audit_change (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, act bigint NOT NULL,
    of_table varchar(63) NOT NULL, key varchar(64) NOT NULL, was bytea, digest bytea)""",
    "CREATE INDEX audit_change_by_act ON audit_change (act)",
    """CREATE TABLE audit_record (of_table varchar(63) NOT NULL, key varchar(64) NOT NULL, digest bytea NOT NULL,
    entry bigint NOT NULL, PRIMARY KEY (of_table, key))""",
    """CREATE TABLE audit_recordsum (of_table varchar(63) PRIMARY KEY, sealed bytea NOT NULL,
    declared varchar(64) NOT NULL)""",
]
SQLITE_RECORDS = [
    """CREATE TABLE audit_change (id integer PRIMARY KEY AUTOINCREMENT, act bigint NOT NULL,
    of_table varchar(63) NOT NULL, key varchar(64) NOT NULL, was BLOB, digest BLOB)""",
    """CREATE TABLE audit_record (of_table varchar(63) NOT NULL, key varchar(64) NOT NULL, digest BLOB NOT NULL,
    entry bigint NOT NULL, PRIMARY KEY (of_table, key)) WITHOUT ROWID""",
    """CREATE TABLE audit_recordsum (of_table varchar(63) PRIMARY KEY, sealed BLOB NOT NULL,
    declared varchar(64) NOT NULL)""",
]


def begin(apps, schema_editor):
    """The empty log, protected from now on."""
    apps.get_model("audit", "Tree").objects.create(id=1, size=0, frontier=b"", records=b"")
    statements = {"sqlite": SQLITE + SQLITE_RECORDS, "postgresql": POSTGRESQL + POSTGRESQL_RECORDS}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("sequence", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.CharField(max_length=100)),
                ("actor_name", models.CharField(max_length=100)),
                ("event", models.CharField(max_length=40)),
                ("object", models.CharField(max_length=200)),
                ("outcome", models.CharField(max_length=8)),
                ("clause", models.CharField(max_length=40)),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "audit_entry",
                "ordering": ["sequence"],
                "indexes": [
                    models.Index(fields=fields, name=name)
                    for name, fields in {
                        "audit_by_time": ["at", "sequence"],
                        "audit_by_event": ["event", "at", "sequence", "outcome"],
                        "audit_by_actor": ["actor_id", "at", "sequence", "event", "outcome"],
                        "audit_by_outcome": ["outcome", "at", "sequence", "event", "actor_id"],
                        "audit_by_object": ["object", "at", "sequence"],
                    }.items()
                ],
            },
        ),
        migrations.CreateModel(
            name="Tree",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("size", models.PositiveBigIntegerField()),
                ("frontier", models.BinaryField()),
                ("records", models.BinaryField(default=b"")),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.PositiveBigIntegerField()),
                ("at", models.CharField(max_length=32)),
                ("root", models.BinaryField()),
                ("frontier", models.BinaryField()),
                ("signature", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["size", "root"], name="audit_head_once_signed")
                ]
            },
        ),
        migrations.CreateModel(
            name="Repeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=120)),
                ("event", models.CharField(max_length=40)),
                ("outcome", models.CharField(max_length=8)),
                ("clause", models.CharField(blank=True, max_length=40)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.CharField(blank=True, max_length=100)),
                ("actor_name", models.CharField(max_length=100)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("since", models.DateTimeField()),
                ("last", models.DateTimeField()),
                ("entered", models.PositiveIntegerField(default=0)),
                ("counted", models.PositiveIntegerField(default=0)),
                ("objects_of", models.JSONField(default=list)),
            ],
            options={
                "indexes": [models.Index(fields=["since"], name="repeat_since")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "event", "outcome", "clause"), name="repeat_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name='WitnessState',
            fields=[
                ('witness', models.CharField(max_length=300, primary_key=True, serialize=False)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('root', models.BinaryField(default=b'')),
                ('cosigned', models.TextField(default='')),
                ('answered_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('problem', models.CharField(default='', max_length=400)),
                ('alarmed', models.CharField(default='', max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name='WitnessTurn',
            fields=[
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.PositiveBigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["level", "number"], name="audit_tile_once")]
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry", models.PositiveBigIntegerField()),
                ("thing", models.BinaryField(max_length=16)),
            ],
            options={
                "indexes": [models.Index(fields=["thing", "entry"], name="audit_mention_by_thing")],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "thing"), name="audit_mention_once")
                ],
            },
        ),
        # Made by `begin`, below.
        migrations.CreateModel(
            name="RecordSum",
            fields=[
                ("of_table", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("declared", models.CharField(max_length=64)),
            ],
            options={"db_table": "audit_recordsum", "managed": False},
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows("audit.Tile", "audit.Mention", refusal="The audit log is append-only (OPR:50 6.b.i.9)."),
        migrations.RunPython(begin),
        # From now on no command of Django's alters or empties these tables.
        *(migrations.AlterModelOptions(name=name, options={"managed": False}) for name in ("Tree", "Head")),
        migrations.AlterModelOptions(
            name="AuditEntry", options={"managed": False, "db_table": "audit_entry", "ordering": ["sequence"]}
        ),
    ]
