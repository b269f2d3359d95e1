"""A head keeps what the tree goes on from, and searches by two filters read an index alone."""

from django.db import migrations, models

REFUSAL = "'The audit log is append-only (OPR:50 6.b.i.9).'"
SAME = "SELECT 1 FROM audit_head WHERE id = NEW.id OR (size = NEW.size AND root = NEW.root)"

SQLITE = [
    f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, {REFUSAL}); END"
    for name, when in {
        "audit_head_no_update": "UPDATE ON audit_head",
        "audit_head_no_delete": "DELETE ON audit_head",
        "audit_head_once": f"INSERT ON audit_head WHEN EXISTS ({SAME})",
    }.items()
]
POSTGRESQL = [
    "CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_head EXECUTE FUNCTION audit_append_only();"
    "ALTER TABLE audit_head ENABLE ALWAYS TRIGGER no_change"
]


def protect(_apps, schema_editor):
    """The new table is append-only as the one before it was."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        # Django alters only what it manages; these tables it does for as long as this migration lasts.
        migrations.AlterModelOptions(name="Head", options={}),
        migrations.DeleteModel(name="Head"),
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
        migrations.RunPython(protect),
        migrations.AlterModelOptions(name="Entry", options={"ordering": ["sequence"]}),
        *(
            migrations.RemoveIndex(model_name="Entry", name=name)
            for name in ("audit_event", "audit_who", "audit_outcome", "audit_at")
        ),
        *(
            migrations.AddIndex("Entry", models.Index(fields=fields, name=name))
            for name, fields in {
                "audit_by_time": ["at", "sequence"],
                "audit_by_event": ["event", "at", "sequence", "outcome"],
                "audit_by_who": ["who_id", "at", "sequence", "event", "outcome"],
                "audit_by_outcome": ["outcome", "at", "sequence", "event", "who_id"],
                "audit_by_object": ["object", "at", "sequence"],
            }.items()
        ),
        migrations.AlterModelOptions(name="Head", options={"managed": False}),
        migrations.AlterModelOptions(name="Entry", options={"managed": False, "ordering": ["sequence"]}),
    ]
