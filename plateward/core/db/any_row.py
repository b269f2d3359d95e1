"""Whether any row is of a kind: for what every page asks, where nearly always there is none."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class AnyRow:
    """Whether there are rows like these, which depend on nobody and no time. The SQL is built once: the ORM takes ten
    times as long to build it as the database to answer it."""

    def __init__(self, rows: Callable[[], QuerySet[Any]]) -> None:
        self._rows = rows

    def __call__(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(*self._statement)
            return cursor.fetchone() is not None

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        return self._rows().query.exists().get_compiler(connection=connection).as_sql()  # type: ignore[no-any-return]
