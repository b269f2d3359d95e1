"""One row, locked or changed; and what has no row yet."""

from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from plateward.core.db.fields import sealed_fields

Row = TypeVar("Row", bound=Model)


def lock_row(row: Row, *related: str) -> Row:
    """The row as it is now, until the transaction ends nobody else's to change; rows that reference it can be written
    meanwhile (docs/decisions/0057). `related`: rows that are read with it, and not locked."""
    rows = row.__class__._default_manager.select_for_update(of=("self",), no_key=True)
    return (rows.select_related(*related) if related else rows).get(pk=row.pk)


def change_row(row: Model, **changes: Any) -> None:
    """Store these values, with the seals that hold them, and nothing else of the row: another act may change the rest
    at this moment. Raises `SealBroken` if one of those did not hold before."""
    columns = {field.name for field in sealed_fields(row) if changes.keys() & {b.name for b in field.bound}}
    for name in columns - changes.keys():
        getattr(row, name)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=columns | changes.keys())


def lock_name(name: str) -> None:
    """What has no row yet, by its name, until the transaction ends. On SQLCipher, whose one writer makes all others
    wait, nothing is left to do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
