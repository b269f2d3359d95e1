"""Who owns the database, and has no key, copies, swaps and alters the rows of every model that has a seal, with all
triggers and constraints off. None is used then. A new model is attacked on the day it is added."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from plateward.core.db.fields import SealedField, require_sealed, sealed_fields
from plateward.ground.vault.sealing import SealBroken

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SEALED = [model for model in apps.get_models() if sealed_fields(model)]
VALUES: dict[type[Any], Callable[[int], Any]] = {  # of a kind of column, each number its own
    models.JSONField: lambda n: {"b": [n, 0.5, None], "a": "é"},
    models.DateTimeField: lambda n: datetime(2026, 11, 24, 12, 0, n, 123456, tzinfo=UTC),
    models.DateField: lambda n: date(2026, 11, 24) + timedelta(days=n),
    models.BooleanField: lambda n: n % 2 == 0,
    models.UUIDField: lambda n: UUID(int=n),
    models.FloatField: lambda n: n + 0.1,
    models.IntegerField: lambda n: 100 + n,
    models.CharField: lambda n: f"{n}",
    models.TextField: lambda n: f"text {n}",
    models.BinaryField: lambda n: f"bytes {n}".encode(),
}


def value(field: "models.Field[Any, Any]", number: int) -> Any:
    if isinstance(field, models.ForeignKey):
        return value(field.target_field, number)
    return next(make for kind, make in VALUES.items() if isinstance(field, kind))(number)


def made(model: type[models.Model], number: int) -> models.Model:
    """A stored row whose every column has a value of this number."""
    columns = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    row = model(**{field.attname: value(field, number) for field in columns})
    row.save(force_insert=True)
    require_sealed(model._base_manager.get(pk=row.pk))
    return row


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def unprotected(model: type[models.Model]) -> Iterator[None]:
    """What a table's owner can do to it before he begins."""
    table = model._meta.db_table
    with rolled_back(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        try:
            yield
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def forge(model: type[models.Model], key: Any, /, **columns: Any) -> None:
    """Write columns of a row past Django's fields."""
    quoted = [f"{connection.ops.quote_name(name)} = %s" for name in columns]
    where = f"{model._meta.pk.column} = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} SET {', '.join(quoted)} WHERE {where}",
            [*columns.values(), stored(model._meta.pk, key)],
        )
        assert cursor.rowcount == 1


def remove(model: type[models.Model], key: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {model._meta.db_table} WHERE {model._meta.pk.column} = %s",
            [stored(model._meta.pk, key)],
        )


def stored(field: Any, content: Any) -> Any:
    return field.get_db_prep_save(content, connection)


def columns_of(row: models.Model) -> dict[str, Any]:
    """As they lie in the database."""
    table, pk = row._meta.db_table, row._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM {table} WHERE {pk.column} = %s",
            [stored(pk, row.pk)],
        )
        return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))


def assert_refused(model: type[models.Model], key: Any, *, what: str) -> None:
    try:
        require_sealed(model._base_manager.get(pk=key))
    except SealBroken:
        return
    pytest.fail(f"{model._meta.label}: {what} goes unnoticed")


@pytest.mark.clause("6.a.i.2/own", "6.b.i.8/matrix", "6.j.i/proven", "AC-3/signed", "SC-28/data")
@pytest.mark.parametrize("model", SEALED, ids=lambda model: model._meta.label)
def test_no_row_is_used_for_anything_but_what_it_was_made_for(model: type[models.Model]) -> None:
    with unprotected(model):
        first, second = made(model, 1), made(model, 2)
        own, others = columns_of(second), columns_of(first)
        sealed = [str(field.column) for field in sealed_fields(model)]
        for name in sealed:
            with rolled_back():
                forge(model, second.pk, **{name: others[name]})
                assert_refused(model, second.pk, what=f"a copied {name}")
        with rolled_back():
            forge(model, second.pk, **{name: others[name] for name in sealed})
            forge(model, first.pk, **{name: own[name] for name in sealed})
            for row in (first, second):
                assert_refused(model, row.pk, what="a swap")
        with rolled_back():
            remove(model, first.pk)
            forge(
                model, second.pk, **{name: others[name] for name in others if name != model._meta.pk.column}
            )
            assert_refused(model, second.pk, what="the whole of another row")
        with rolled_back():
            key: Any = value(model._meta.pk, 9) if not isinstance(model._meta.pk, models.AutoField) else 999
            forge(model, second.pk, **{str(model._meta.pk.column): stored(model._meta.pk, key)})
            assert_refused(model, key, what="another key")
        for field in {column for each in sealed_fields(model) for column in each.bound}:
            with rolled_back():  # another person's, among them
                forge(model, second.pk, **{str(field.column): stored(field, value(field, 3))})
                assert_refused(model, second.pk, what=f"another {field.name}")


@pytest.mark.clause("6.j.i/proven")
def test_what_decides_is_sealed_and_what_is_not_is_named_by_its_model() -> None:
    for model in SEALED:
        names = {field.name for field in model._meta.concrete_fields}
        free = {*getattr(model, "sealed_without", ())}
        assert free <= names, f"{model._meta.label}: {free - names} are no columns"
        people = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model._meta.label == "people.Person"
        }
        bound = {column.name for field in sealed_fields(model) for column in field.bound}
        assert people - free <= bound


def test_every_model_that_stores_ciphertext_does_so_by_a_sealed_field() -> None:
    own = {"audit.AuditEntry", "audit.RecordSum"}  # each bound to its number, or its table
    stray = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name == "sealed" and not isinstance(field, SealedField)
    }
    assert stray == own
