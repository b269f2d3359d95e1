"""A search: where it enters the index, what its rows must hold, and how the two databases differ. SQLCipher has a file
a day, and asks one after another; PostgreSQL has a few statements for the whole period."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from plateward.field.reads.areas import BadQuery
from plateward.field.reads.queries import Order, PageKey, ReadQuery, Span
from plateward.field.reads.store.breadth import Driver, driver_of, entry_of, fitting, why_too_broad
from plateward.field.reads.store.rows import SUMMARY_COLUMNS, day_bounds, microseconds
from plateward.field.reads.store.selection import Row, area_test, attributes

COLUMNS = ",".join(SUMMARY_COLUMNS)
BATCH, LARGEST_BATCH = 200, 12_800  # rows of a question; batches grow


class Search(ABC):
    """A query in an order. `days` are those that it goes through, in their order. Raises BadQuery if no index narrows
    it."""

    def __init__(self, days: Iterable[date], query: ReadQuery, order: Order) -> None:
        driver = driver_of(query)
        if driver is None:
            raise BadQuery(why_too_broad(query))
        self._query, self._order, self._driver = query, order, driver
        self._condition = entry_of(query, driver) & attributes(query, camera=driver is not Driver.CAMERA)
        if query.plate and driver is not Driver.PLATE:
            self._condition &= fitting(query.plate)
        self._fits = area_test(query.area)
        self._destroyed: set[date] = set()
        self.days = [] if query.readers == frozenset() else days_within(days, query.span, order)

    @abstractmethod
    def rows(self, after: PageKey | None, wanted: int = BATCH) -> Iterator[Row]:
        """All rows in order, behind the row that has this key; so many are wanted at first."""

    @abstractmethod
    def by_day(self) -> Iterator[tuple[date, Iterator[Row]]]:
        """The days that may have rows, each with its rows in order; to be read before the next day's."""

    def count(self, most: int) -> int:
        """How many rows there are, counted up to `most`."""
        if self._query.area:
            return sum(1 for _ in islice(self.rows(None, most), most))
        return self._count(most)

    @abstractmethod
    def _count(self, most: int) -> int:
        """The same, where SQL decides alone."""

    def _bounds(self, after: PageKey | None) -> tuple[int, int]:
        """Between which times the rows behind this key are, in microseconds."""
        since, until = microseconds(self._query.span.since), microseconds(self._query.span.until)
        if after is None or self._order is Order.PLATE:
            return since, until
        at = microseconds(after.captured_at)
        return (max(since, at), until) if self._order is Order.OLDEST else (since, min(until, at + 1))

    def destroyed(self) -> tuple[date, ...]:
        """The days that went before this search was through with them."""
        return tuple(sorted(self._destroyed))


def days_within(days: Iterable[date], span: Span, order: Order = Order.NEWEST) -> list[date]:
    """Those days that the span touches: newest first, unless the order is OLDEST."""
    touched = (day for day in days if (within := clipped(span, day))[0] < within[1])
    return sorted(touched, reverse=order is not Order.OLDEST)


def clipped(span: Span, day: date) -> tuple[int, int]:
    """The part of the span within the day, from … to before …, in microseconds."""
    first, after = day_bounds(day)
    return max(first, microseconds(span.since)), min(after, microseconds(span.until))
