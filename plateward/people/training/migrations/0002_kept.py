"""The database itself keeps what this room has recorded (AT-4): nothing is deleted, and what changes is how it ends."""

from django.db import migrations

REFUSAL = "'Training records are kept; they end, or are withdrawn (OPR:50 6.b.i.4, CJIS AT-4).'"

# table: columns that may be filled in once, by a last act; () where nothing ever changes
KEPT = {
    "training_record": ("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
    "training_requirement": ("ends", "ended_by", "end_agreed_with", "end_agreed_on"),
    "training_duty": ("closed_at", "closed_by"),
    "training_version": (),
    "training_file": (),
    "training_acknowledgment": (),
    "training_concern": (),
    "training_excepted": (),
}
KEYS = {"training_file": "version_id"}
# What SQLite's INSERT OR REPLACE would remove, for it fires no DELETE trigger.
REPLACED = {
    "training_record": "withdrawn_at IS NULL AND person_id = NEW.person_id AND course_id = NEW.course_id "
    "AND completed_on = NEW.completed_on",
    "training_requirement": "ends IS NULL AND course_id = NEW.course_id AND role = NEW.role",
    "training_duty": "reference <> '' AND kind = NEW.kind AND reference = NEW.reference",
    "training_version": "material_id = NEW.material_id AND number = NEW.number",
    "training_acknowledgment": "version_id = NEW.version_id AND person_id = NEW.person_id",
    "training_excepted": "duty_id = NEW.duty_id AND person_id = NEW.person_id",
}


def changed(model, table):
    """The condition on which an update is refused: it was ended before, or something else differs."""
    last = KEPT[table]
    if not last:
        return "TRUE"
    fixed = [
        f.column for f in model._meta.concrete_fields if f.column not in last and f.column != "owner_id"
    ]  # the owner of a duty may leave the agency
    differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in fixed)
    return f"OLD.{last[0]} IS NOT NULL OR {differs}"


def sqlite(model, table):
    key = KEYS.get(table, "id")
    clashes = f"({key} = NEW.{key})" + (f" OR ({REPLACED[table]})" if table in REPLACED else "")
    refuse = f"BEGIN SELECT RAISE(ABORT, {REFUSAL}); END"
    when = changed(model, table).replace("IS DISTINCT FROM", "IS NOT")
    yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}"
    yield f"CREATE TRIGGER {table}_no_change BEFORE UPDATE ON {table} WHEN {when} {refuse}"
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {clashes})"  # noqa: S608, of names in this file
    yield f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}"


def postgresql(model, table):
    # ALWAYS: a session that plays a replica does not get around them. An empty table may be emptied.
    for name, when, function in (
        ("no_delete", f"DELETE ON {table} FOR EACH ROW", "training_kept"),
        ("no_change", f"UPDATE ON {table} FOR EACH ROW WHEN ({changed(model, table)})", "training_kept"),
        ("no_truncate", f"TRUNCATE ON {table}", "training_kept_all"),
    ):
        yield f"CREATE TRIGGER {name} BEFORE {when} EXECUTE FUNCTION {function}()"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


FUNCTIONS = [
    f"""CREATE FUNCTION training_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION {REFUSAL}; END $$""",
    """CREATE FUNCTION training_kept_all() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE found boolean; BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO found;
    IF found THEN RAISE EXCEPTION REFUSAL; END IF; RETURN NULL; END $$""".replace("REFUSAL", REFUSAL),
]


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in FUNCTIONS if vendor == "postgresql" else []:
        schema_editor.execute(statement, None)
    for table in KEPT:
        model = apps.get_model("training", table.removeprefix("training_"))
        for statement in {"sqlite": sqlite, "postgresql": postgresql}[vendor](model, table):
            schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [migrations.RunPython(keep)]
