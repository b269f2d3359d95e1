"""Rows by a statement of one's own, as their model."""

import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)
Read = Callable[[Sequence[Any]], Model]


class _Readers(threading.local):
    """Django converts values for a connection, and each thread has its own."""

    def __init__(self) -> None:
        self.reader = cache(_reader)


def read_rows(model: type[Row], statement: str, parameters: Sequence[Any]) -> list[Row]:
    """Like `model.objects.raw`, in half the time: for what every request asks. The statement selects all columns of the
    model; any other becomes an attribute of its row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
        if not rows:
            return []
        read = _readers.reader(model, tuple(column[0] for column in cursor.description))
    return [cast(Row, read(row)) for row in rows]


def _reader(model: type[Model], columns: tuple[str, ...]) -> Read:
    """What makes an object of a row of these columns."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    places = [(columns.index(field.column), _conversions(field)) for field in fields]
    own = {field.column for field in fields}
    more = [(name, place) for place, name in enumerate(columns) if name not in own]

    def read(row: Sequence[Any]) -> Model:
        values = []
        for place, conversions in places:
            value = row[place]
            for convert, expression in conversions:
                value = convert(value, expression, connection)
            values.append(value)
        made = model.from_db(connection.alias, names, values)
        for name, place in more:
            setattr(made, name, row[place])
        return made

    return read


def _conversions(field: "Field[Any, Any]") -> list[tuple[Callable[..., Any], Any]]:
    """What Django does with a value of this field."""
    expression = field.get_col(field.model._meta.db_table)
    functions = [*connection.ops.get_db_converters(expression), *field.get_db_converters(connection)]
    return [(convert, expression) for convert in functions]


_readers = _Readers()
