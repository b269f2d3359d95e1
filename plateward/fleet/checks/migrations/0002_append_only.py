"""The triggers that let no role of the application alter or remove a function check or an answer of one.

A later migration that changes one of these tables on SQLite makes the table anew, and must lay the triggers anew.
"""

from django.db import migrations

TABLES = ("checks_check", "checks_answer")
REFUSAL = "'Start-of-shift checks are never altered or removed (OPR:50 6.e.iv.1).'"

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

# ALWAYS: a session that plays a replica does not get around them. Emptying what is empty removes nothing.
POSTGRESQL = [
    f"""CREATE FUNCTION checks_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE held boolean := true; BEGIN
    IF TG_OP = 'TRUNCATE' THEN EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO held; END IF;
    IF held THEN RAISE EXCEPTION {REFUSAL}; END IF; RETURN NULL; END $$""",  # noqa: S608
    *(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} {each} EXECUTE FUNCTION checks_stay();"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
        for table in TABLES
        for name, when, each in [
            ("no_change", "UPDATE OR DELETE", "FOR EACH ROW"),
            ("no_removal", "TRUNCATE", "FOR EACH STATEMENT"),
        ]
    ),
]


def protect(_apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("checks", "0001_initial")]
    operations = [migrations.RunPython(protect)]
