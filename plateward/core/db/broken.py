"""Rows whose seal does not hold (fields.py), for who goes over many: one of them stops neither a check nor a list."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Model, query


class _Listing(threading.local):
    rows: list[Model] | None = None
    leaves_out = False


_listing = _Listing()
_prefetch = query.prefetch_related_objects


def note_broken(row: Model) -> bool:
    """Whether the row, which was just loaded, is listed and needs no error."""
    if _listing.rows is None:
        return False
    _listing.rows.append(row)
    return True


@contextmanager
def listing_broken(*, leaves_out: bool = False) -> Iterator[list[Model]]:
    """Within the block a row whose seal does not hold is loaded all the same, and listed, so that who goes over many
    names it and goes on. Its sealed value is still refused."""
    before = _listing.rows, _listing.leaves_out
    _listing.rows, _listing.leaves_out = [], leaves_out
    try:
        yield _listing.rows
    finally:
        _listing.rows, _listing.leaves_out = before


@contextmanager
def leaving_out_broken(*, apart: bool = False) -> Iterator[list[Model]]:
    """The same for who shows many: no query returns such a row, nor one of which it is a part: that was loaded together
    with it. Whatever decides on a row asks without. A block within another lists with that one, if not `apart`."""
    if _listing.rows is not None and _listing.leaves_out and not apart:
        yield _listing.rows
        return
    with listing_broken(leaves_out=True) as rows:
        yield rows


class _WholeRows(query.ModelIterable):  # type: ignore[type-arg]
    """The rows of any query."""

    def __iter__(self) -> Iterator[Any]:
        rows = super().__iter__()
        return _whole(rows) if _listing.leaves_out else rows


def _whole(rows: Iterator[Any]) -> Iterator[Any]:
    """Of these, as they are loaded, those during whose loading nothing broken was found."""
    while True:
        found = _found()
        try:
            row = next(rows)
        except StopIteration:
            return
        if _found() == found:
            yield row


def _prefetch_whole(rows: list[Any], *lookups: Any) -> None:
    """Without those that one of the rows that were looked up, and not found whole, says it belongs to."""
    found = _found()
    _prefetch(rows, *lookups)
    if broken := (_listing.rows or [])[found:] if _found() > found else []:
        parts = {
            (field.related_model, getattr(row, field.attname))
            for row in broken
            for field in row._meta.concrete_fields
            if field.is_relation
        }
        rows[:] = [row for row in rows if (type(row), row.pk) not in parts]


def _found() -> int:
    """How many were left out so far."""
    return len(_listing.rows) if _listing.rows is not None and _listing.leaves_out else 0


# Django has no place for this other than a manager of each sealed model and of each that is loaded with one.
query.ModelIterable = _WholeRows  # type: ignore[misc]
query.prefetch_related_objects = _prefetch_whole  # type: ignore[assignment]
