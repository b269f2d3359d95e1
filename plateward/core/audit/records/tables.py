"""Which rows are records. Every column of every table decides, unless its floor's `passing.py` says why not:

PASSING = (
    Passing("fleet_reader", "what it reports of itself", ("last_seen_at",)),   # these may change without an entry
    Passing("people_notice", "it tells a person, and decides nothing"),        # no row is a record
)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from plateward.core.jobs.lease import Leased
from plateward.core.outbox.models import Outgoing
from plateward.core.rooms import declared
from plateward.ground.policy.trace import enforces


@dataclass(frozen=True)
class Passing:
    """Columns of a table that may change without an entry, and why; without columns, its rows."""

    table: str
    why: str
    columns: tuple[str, ...] = ()


# Who works on a row, and how its sending goes.
WORK: Mapping[type[Model], tuple[str, ...]] = {
    Leased: ("leased_until", "leased_by"),
    Outgoing: ("due_at", "tries", "problem", "detail"),
}


@dataclass(frozen=True)
class RecordTable:
    """A table of records: its name, its key's column, the columns that decide, its kind in words."""

    name: str
    key: str
    columns: tuple[str, ...]
    kind: str

    @property
    def declared(self) -> str:
        """Another one for other columns: then every digest is another, too."""
        return sha256(repr((self.columns, self.passing)).encode()).hexdigest()

    @property
    def passing(self) -> tuple[str, ...]:
        """The columns that do not decide."""
        return tuple(column for column in _columns(_models()[self.name]) if column not in self.columns)


@enforces("6.b.i.9/records")
@cache
def record_tables() -> Mapping[str, RecordTable]:
    """Of this software, by name and in its order."""
    return {name: table for name, model in sorted(_models().items()) if (table := _declared(name, model))}


def _declared(name: str, model: type[Model]) -> RecordTable | None:
    passing = {found.table: found for found in declared("passing", "PASSING")}.get(name)
    if name.startswith("audit_") or (passing and not passing.columns):
        return None
    not_deciding = {*(passing.columns if passing else ())}
    for kind, columns in WORK.items():
        not_deciding |= {*columns} if issubclass(model, kind) else set()
    columns = tuple(column for column in _columns(model) if column not in not_deciding)
    return RecordTable(name, _key(model), columns, str(model._meta.verbose_name))


@cache
def _models() -> Mapping[str, type[Model]]:
    """Those that Django manages; the log's own are proven by the log."""
    every: list[Any] = list(apps.get_models(include_auto_created=True))
    return {model._meta.db_table: model for model in every if model._meta.managed}


def _key(model: type[Model]) -> str:
    return next(str(field.column) for field in model._meta.concrete_fields if field.primary_key)


def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(str(field.column) for field in model._meta.concrete_fields)


def digest_sql(table: RecordTable, row: str) -> str:
    """SQL for SHA-256 of what decides of a row, by its name in the statement."""
    if connection.vendor == "postgresql":
        passing = ", ".join(f"'{column}'" for column in table.passing)
        return f"sha256(convert_to((to_jsonb({row}) - ARRAY[{passing}]::text[])::text, 'UTF8'))"
    columns = ", ".join(f'{row}."{column}"' for column in table.columns)
    return f"plateward_sha256({columns})"
