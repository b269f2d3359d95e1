"""The database itself refuses that a witnessed log goes back; and each proven fork of one."""

from django.db import migrations, models

REFUSAL = "'What a witness cosigned never goes back (CJIS AU-9).'"
TABLE = "witnesses_witnessedlog"
BACK = (
    "OLD.origin <> NEW.origin OR OLD.size > NEW.size OR "
    "(OLD.size = NEW.size AND OLD.root <> NEW.root AND OLD.cosigned_at IS NOT NULL) OR "
    "(OLD.cosigned_at IS NOT NULL AND NEW.cosigned_at IS NULL)"
)

SQLITE = [
    f"CREATE TRIGGER {TABLE}_{name} BEFORE {event} BEGIN SELECT RAISE(ABORT, {REFUSAL}); END"
    for name, event in {
        "not_back": f"UPDATE ON {TABLE} WHEN {BACK}",
        "no_delete": f"DELETE ON {TABLE}",
        # INSERT OR REPLACE fires no DELETE trigger.
        "once": f"INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE origin = NEW.origin)",  # noqa: S608, our own names
    }.items()
]

POSTGRESQL = [
    f"""CREATE FUNCTION {TABLE}_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE held boolean := true; BEGIN
    IF TG_OP = 'TRUNCATE' THEN SELECT EXISTS (SELECT 1 FROM {TABLE}) INTO held; END IF;
    IF held THEN RAISE EXCEPTION {REFUSAL}; END IF; RETURN NULL; END $$""",  # noqa: S608, our own names
    *(
        f"CREATE TRIGGER {name} BEFORE {event} EXECUTE FUNCTION {TABLE}_kept();"
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}"
        for name, event in {
            "not_back": f"UPDATE ON {TABLE} FOR EACH ROW WHEN ({BACK})",
            "no_delete": f"DELETE ON {TABLE} FOR EACH ROW",
            "no_removal": f"TRUNCATE ON {TABLE} FOR EACH STATEMENT",
        }.items()
    ),
]


def never_back(_apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("witnesses", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="WitnessedFork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["origin", "size", "root"], name="witnessed_fork_once")
                ]
            },
        ),
        migrations.RunPython(never_back),
    ]
