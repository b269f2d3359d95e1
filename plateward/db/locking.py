"""One row, locked."""

from typing import TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def lock_row(row: Row, *related: str) -> Row:
    """The row as it is now, until the transaction ends nobody else's to change; rows that reference it can be written
    meanwhile (docs/decisions/0057). `related`: rows that are read with it, and not locked."""
    rows = row.__class__._default_manager.select_for_update(of=("self",), no_key=True)
    return (rows.select_related(*related) if related else rows).get(pk=row.pk)
