"""Rows protected by the database itself: triggers keep every role of the application from changing or deleting them.

On SQLite a later migration that alters such a table recreates it, and must protect it again. What protects a table
already is replaced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model, UniqueConstraint


def keep_rows(
    *models: str,
    refusal: str,
    last: Sequence[str] = (),
    changes: Sequence[str] = (),
    forward: bool = False,
) -> Operation:
    """The operation that protects the rows of these models (`app.Model`) from now on as it says. `refusal`: the error
    text for any other statement.

    `last`: the columns that a final act fills in, together and once; the first of them marks that it happened.
    `changes`: columns that may change until then. `forward`: the first of `last` is a time, which may be
    brought forward as long as it lies ahead."""
    return KeepRows(models, refusal, last, changes, forward)


@dataclass(eq=False)
class KeepRows(Operation):
    """Asks only for the models that it protects, where RunPython would have all models of all rooms made anew."""

    reversible = False
    models: Sequence[str]
    refusal: str
    last: Sequence[str]
    changes: Sequence[str]
    forward: bool

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """It changes no model."""

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002, for Django
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002, for Django
        to_state: ProjectState,
    ) -> None:
        statements = {"sqlite": _sqlite_triggers, "postgresql": _postgresql_triggers}[
            schema_editor.connection.vendor
        ]
        for name in self.models:
            model = to_state.apps.get_model(name)
            for statement in statements(model, self):
                schema_editor.execute(statement, None)


def _sqlite_triggers(model: type[Model], kept: KeepRows) -> Iterator[str]:
    table = model._meta.db_table
    # INSERT OR REPLACE fires no DELETE trigger: hence the trigger on INSERT, for whatever that would remove.
    there = " OR ".join(f"({condition})" for condition in _conflict_conditions(model))
    changed = _change_condition(model, kept, "IS NOT", "strftime('%Y-%m-%d %H:%M:%f', 'now')")
    for name, event in {
        "no_change": f"UPDATE ON {table}{changed}",
        "no_delete": f"DELETE ON {table}",
        "once": f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {there})",  # noqa: S608, our own names
    }.items():
        yield f"DROP TRIGGER IF EXISTS {table}_{name}"
        yield f"CREATE TRIGGER {table}_{name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{kept.refusal}'); END"


def _postgresql_triggers(model: type[Model], kept: KeepRows) -> Iterator[str]:
    table = model._meta.db_table
    yield f"DROP FUNCTION IF EXISTS {table}_kept() CASCADE"  # and its triggers
    yield f"""CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE held boolean := true; BEGIN
    IF TG_OP = 'TRUNCATE' THEN SELECT EXISTS (SELECT 1 FROM {table}) INTO held; END IF;
    IF held THEN RAISE EXCEPTION '{kept.refusal}'; END IF; RETURN NULL; END $$"""  # noqa: S608, our own names
    changed = _change_condition(model, kept, "IS DISTINCT FROM", "clock_timestamp()")
    for name, event in {
        "no_change": f"UPDATE ON {table} FOR EACH ROW{changed}",
        "no_delete": f"DELETE ON {table} FOR EACH ROW",
        "no_removal": f"TRUNCATE ON {table} FOR EACH STATEMENT",  # emptying an empty table removes nothing
    }.items():
        yield f"CREATE TRIGGER {name} BEFORE {event} EXECUTE FUNCTION {table}_kept()"
        # ALWAYS: even a session in the replica role cannot bypass it.
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _change_condition(model: type[Model], kept: KeepRows, differs: str, now: str) -> str:
    """When an update is refused: always; or after the final act, and if it changes anything else."""
    if not kept.last:
        return ""
    free, end = {*kept.last, *kept.changes}, kept.last[0]
    fixed = [field.column for field in model._meta.concrete_fields if field.column not in free]
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in fixed)
    done = f"OLD.{end} IS NOT NULL"
    if kept.forward:  # a NULL as the new one is no earlier time
        done += f" AND (OLD.{end} <= {now} OR NEW.{end} IS NULL OR NEW.{end} >= OLD.{end})"
    return f" WHEN ({done} OR {changed})"


def _conflict_conditions(model: type[Model]) -> Iterator[str]:
    """The conditions under which an existing row would be replaced by a new one: one per unique constraint, some only
    while a column is empty."""
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    for field in model._meta.concrete_fields:
        if field.unique:
            yield f"{field.column} = NEW.{field.column}"
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            same = [f"{columns[name]} = NEW.{columns[name]}" for name in constraint.fields]
            yield " AND ".join([*same, *_constraint_conditions(columns, constraint.condition)])


def _constraint_conditions(columns: dict[str, str], condition: Any) -> Iterator[str]:
    """A constraint's condition in SQL: columns that are NULL, or texts that are not empty."""
    for name, value in condition.children if condition else ():
        if (condition.negated, value) not in ((False, None), (True, "")):
            raise ValueError(f"{condition}: a kept model's constraint asks for a NULL or for a text alone.")
        yield f"{columns[name]} <> ''" if condition.negated else f"{columns[name]} IS NULL"
