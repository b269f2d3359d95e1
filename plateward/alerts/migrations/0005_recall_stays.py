"""The triggers that let no role of the application alter or remove a recall.

A later migration that changes this table on SQLite makes the table anew, and must lay the triggers anew.
"""

from django.db import migrations

REFUSAL = "'A recall is never altered or removed (OPR:50 6.b.i.9).'"

# SQLite fires no DELETE trigger for INSERT OR REPLACE: hence the one on INSERT.
SQLITE = [
    f"CREATE TRIGGER alerts_recall_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, {REFUSAL}); END"
    for name, when in {
        "no_update": "UPDATE ON alerts_recall",
        "no_delete": "DELETE ON alerts_recall",
        "once": "INSERT ON alerts_recall WHEN EXISTS (SELECT 1 FROM alerts_recall WHERE id = NEW.id)",
    }.items()
]

# ALWAYS: a session that plays a replica does not get around them.
POSTGRESQL = [
    f"""CREATE FUNCTION alerts_recall_stays() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION {REFUSAL}; END $$""",
    "CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON alerts_recall FOR EACH ROW "
    "EXECUTE FUNCTION alerts_recall_stays()",
    "ALTER TABLE alerts_recall ENABLE ALWAYS TRIGGER no_change",
]


def protect(_apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_recall")]
    operations = [migrations.RunPython(protect)]
