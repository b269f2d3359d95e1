"""The triggers that let no role of the application alter or remove a disposition, what it names, or a review.

A later migration that changes one of these tables on SQLite makes the table anew, and must lay the triggers anew.
"""

from django.db import migrations

TABLES = ("alerts_disposition", "closing_enforcement", "closing_review")
REFUSAL = "'A disposition and what was said of it are never altered or removed (OPR:50 6.e.vii).'"

# SQLite fires no DELETE trigger for INSERT OR REPLACE: hence those on INSERT.
SQLITE = [
    f"CREATE TRIGGER {table}_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, {REFUSAL}); END"
    for table in TABLES
    for name, when in {
        "no_update": f"UPDATE ON {table}",
        "no_delete": f"DELETE ON {table}",
        "once": f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",  # noqa: S608
    }.items()
]

# ALWAYS: a session that plays a replica does not get around them.
POSTGRESQL = [
    f"""CREATE FUNCTION closing_stays() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION {REFUSAL}; END $$""",
    *(
        f"CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION closing_stays();"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_change"
        for table in TABLES
    ),
]


def protect(_apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("closing", "0001_dispositions")]
    operations = [migrations.RunPython(protect)]
