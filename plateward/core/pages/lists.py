"""Long lists: filtered by the query string, and shown page by page."""

from collections.abc import Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode
from django_filters import CharFilter, FilterSet

MOST = 100_000  # rows that are counted: no page waits for the count of millions

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Filters(FilterSet):  # type: ignore[misc]
    """A list's optional filters. A filter with an invalid value is ignored, and its field says so."""

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """The filters with valid values."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """The same as a query string, for links and for the log."""
        return urlencode({name: self.data[name] for name in self.chosen})


def computed(rows: QuerySet[M], _: str, _value: object) -> QuerySet[M]:
    """The method of a filter that no query can express: the list applies it to its rows."""
    return rows


class Words(CharFilter):  # type: ignore[misc]
    """Each typed word must be in one of the columns."""

    def __init__(self, *columns: str, **more: Any) -> None:
        super().__init__(max_length=100, **more)
        self._columns = columns

    def filter(self, rows: QuerySet[M], typed: str) -> QuerySet[M]:
        """The rows that contain all words."""
        for word in typed.split():
            rows = rows.filter(reduce(or_, (Q((f"{column}__icontains", word)) for column in self._columns)))
        return rows


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts a table's rows up to MOST."""

    @cached_property
    def count(self) -> int:
        """How many there are, at most MOST."""
        rows = self.object_list
        return rows.order_by()[:MOST].count() if isinstance(rows, QuerySet) else len(rows)

    @property
    def counted_all(self) -> bool:
        """Whether `count` is exact."""
        return self.count < MOST


def page_of(request: HttpRequest, rows: QuerySet[M] | Sequence[T], per_page: int = 50) -> "Page[Any]":
    """The page of a list that the address names, or the last page if there are fewer."""
    return BoundedPaginator(rows, per_page).get_page(request.GET.get("page"))
