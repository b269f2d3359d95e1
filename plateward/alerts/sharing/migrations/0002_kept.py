"""The triggers that let no role of the application delete a share, or change what it says: it is ended, once.

A later migration that changes this table on SQLite makes it anew, and must lay the triggers anew.
"""

from django.db import migrations

TABLE = "alert_sharing_share"
REFUSAL = "'A share is ended, once, and never altered or deleted (OPR:50 6.e.ii).'"
SAYS = "id, alert_id, by_id, at, to_id, purpose, ends_at"

# SQLite fires no DELETE trigger for INSERT OR REPLACE: hence the one on INSERT.
SQLITE = [
    f"CREATE TRIGGER {TABLE}_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, {REFUSAL}); END"
    for name, when in {
        "no_update": f"UPDATE OF {SAYS} ON {TABLE}",
        "ends_once": f"UPDATE ON {TABLE} WHEN OLD.ended_at IS NOT NULL",
        "no_delete": f"DELETE ON {TABLE}",
        "once": f"INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)",  # noqa: S608
    }.items()
]

# ALWAYS: a session that plays a replica does not get around them. Emptying what is empty removes nothing.
POSTGRESQL = [
    f"""CREATE FUNCTION alert_sharing_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE held boolean := true; BEGIN
    IF TG_OP = 'TRUNCATE' THEN EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO held; END IF;
    IF held THEN RAISE EXCEPTION {REFUSAL}; END IF; RETURN NULL; END $$""",  # noqa: S608
    *(
        f"CREATE TRIGGER {name} BEFORE {when} EXECUTE FUNCTION alert_sharing_stay();"
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}"
        for name, when in {
            "no_change": f"DELETE OR UPDATE OF {SAYS} ON {TABLE} FOR EACH ROW",
            "ends_once": f"UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)",
            "no_removal": f"TRUNCATE ON {TABLE} FOR EACH STATEMENT",
        }.items()
    ),
]


def protect(_apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("alert_sharing", "0001_initial")]
    operations = [migrations.RunPython(protect)]
