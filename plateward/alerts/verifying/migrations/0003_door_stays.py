"""The triggers that let no role of the application alter or remove what FMCSA said by the number on a door.

A later migration that changes this table on SQLite makes the table anew, and must lay the triggers anew.
"""

from django.db import migrations

TABLE = "verifying_door"
REFUSAL = "'What FMCSA answered is never altered or removed (OPR:50 5.j).'"

# SQLite fires no DELETE trigger for INSERT OR REPLACE: hence the one on INSERT.
SQLITE = [
    f"CREATE TRIGGER {TABLE}_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, {REFUSAL}); END"
    for name, when in {
        "no_update": f"UPDATE ON {TABLE}",
        "no_delete": f"DELETE ON {TABLE}",
        "once": f"INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)",  # noqa: S608
    }.items()
]

# ALWAYS: a session that plays a replica does not get around them. Emptying what is empty removes nothing.
POSTGRESQL = [
    f"""CREATE FUNCTION verifying_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE held boolean := true; BEGIN
    IF TG_OP = 'TRUNCATE' THEN EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO held; END IF;
    IF held THEN RAISE EXCEPTION {REFUSAL}; END IF; RETURN NULL; END $$""",  # noqa: S608
    *(
        f"CREATE TRIGGER {name} BEFORE {when} ON {TABLE} {each} EXECUTE FUNCTION verifying_stay();"
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}"
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
    dependencies = [("verifying", "0002_door")]
    operations = [migrations.RunPython(protect)]
