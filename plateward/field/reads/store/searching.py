"""One search over days: each day has a dictionary of its plates and one of its cameras, and indexes by plate, by cell
and by camera, each with the time. The dictionary is asked in the same question as the reads; a broad pattern looks at
the nearest reads first, where a day is in order of time. Several days are asked together, more and
more of them, so that the first results come as soon as they can and the last ones after few questions."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from heapq import merge
from itertools import chain, islice
from typing import Protocol

from plateward.field.reads.areas import BadQuery
from plateward.field.reads.queries import Order, PageKey, ReadQuery, Span
from plateward.field.reads.store.breadth import Driver, driver_of, entry_of, fitting, is_broad, why_too_broad
from plateward.field.reads.store.rows import SUMMARY_COLUMNS, day_bounds, microseconds
from plateward.field.reads.store.selection import (
    ORDER_BY,
    Condition,
    DayQuery,
    Row,
    attributes,
    behind,
    in_time,
    key_of,
    row_test,
    sort_key,
)
from plateward.ground.vault.day_keys import DayDestroyed

COLUMNS = ",".join(SUMMARY_COLUMNS)
MOST_DAYS = 32  # in a question
BATCH, LARGEST_BATCH = 200, 12_800  # rows of a day in a question; batches grow
MINUTE = 60_000_000  # microseconds
FIRST_SLICE, LONGEST_SLICE = 4 * MINUTE, 512 * MINUTE  # of time; one grows while it has FEW rows
FEW, MANY = 100, 1_000
NEAREST = 20_000  # reads


class Days(Protocol):
    """What a search asks of a store."""

    indexed_by_time: bool

    def days(self) -> list[date]:
        """The days that have reads, oldest first."""

    def select(self, queries: Sequence[DayQuery]) -> list[list[Row]]:
        """The rows of each, all at once. Raises DayDestroyed if any of the days was."""

    def counted(self, queries: Sequence[DayQuery], most: int) -> int:
        """How many rows they have together, counted up to `most`. Raises as `select`."""


class RunningSearch(Protocol):
    """A query in an order, as Search answers it from one database."""

    days: list[date]

    def rows(self, after: PageKey | None) -> Iterator[Row]: ...

    def by_day(self) -> Iterator[tuple[date, Iterator[Row]]]: ...

    def count(self, most: int) -> int: ...

    def destroyed(self) -> tuple[date, ...]: ...


class Searchable(Days, Protocol):
    """What a pattern asks of a store."""

    def search(self, query: ReadQuery, order: Order) -> RunningSearch: ...


class Search:
    """A query in an order. `days` are those that it goes through, in their order; `destroyed` grows meanwhile."""

    def __init__(self, store: Days, query: ReadQuery, order: Order) -> None:
        driver = driver_of(query)
        if driver is None:
            raise BadQuery(why_too_broad(query))
        self._store, self._query, self._order = store, query, order
        held = attributes(query, camera=driver is not Driver.CAMERA)
        self._condition = entry_of(query, driver) & held
        self._nearest = (
            fitting(query.plate) & held
            if store.indexed_by_time
            and driver is Driver.PLATE
            and query.plate
            and is_broad(query.plate)
            and order is not Order.PLATE
            else None
        )  # what rows must hold of which the nearest are looked at first
        self._fits = row_test(query, plate=driver is not Driver.PLATE)
        self._sql_decides = query.area is None and (query.plate is None or driver is Driver.PLATE)
        self._by_time = driver is not Driver.PLATE and order is not Order.PLATE
        self._growth, self._wanted = (
            (MOST_DAYS, BATCH) if driver is Driver.PLATE else (2, FEW)
        )  # a day without the plate costs next to nothing, and a few rows too many less than one more question
        self._rows_returned = 0  # of the store so far
        self._destroyed: set[date] = set()
        self.days = days_of(store, query.span, order)
        if query.readers is not None and not query.readers:
            self.days = []  # nobody's reads may be seen

    def rows(self, after: PageKey | None) -> Iterator[Row]:
        """All rows in order, behind the row that has this key."""
        if self._order is Order.PLATE:
            days = [rows for _, rows in self._by_day(self.days, after)]
            return merge(*days, key=sort_key(self._order))
        days_left = [day for day in self.days if self._reaches(day, after)]
        return chain.from_iterable(rows for _, rows in self._by_day(days_left, after))

    def by_day(self) -> Iterator[tuple[date, Iterator[Row]]]:
        """Each of `days` with its rows in order; to be read before the next day's."""
        return self._by_day(self.days, None)

    def count(self, most: int) -> int:
        """How many rows there are, counted up to `most`."""
        if not self._sql_decides:
            return sum(1 for _ in islice(self.rows(None), most))
        counted = 0
        for start in range(0, len(self.days), MOST_DAYS):
            if counted < most:
                counted += self._count(self.days[start : start + MOST_DAYS], most - counted)
        return counted

    def destroyed(self) -> tuple[date, ...]:
        """The days that went before this search was through with them."""
        return tuple(sorted(self._destroyed))

    def _reaches(self, day: date, after: PageKey | None) -> bool:
        if after is None:
            return True
        last = after.captured_at.date()
        return day >= last if self._order is Order.OLDEST else day <= last

    def _by_day(self, days: Sequence[date], after: PageKey | None) -> Iterator[tuple[date, Iterator[Row]]]:
        """A busy place has more rows in a day than a page shows, so a single day of it is asked slice by slice."""
        size, queried, at_first = 1, 0, self._rows_returned
        if self._nearest and days:
            yield days[0], self._unless_destroyed(days[0], self._nearest_first(days[0], self._nearest, after))
            days = days[1:]
        while days:
            together, days = days[:size], days[size:]
            queried, before = queried + len(together), self._rows_returned
            if self._by_time and len(together) == 1:
                yield together[0], self._unless_destroyed(together[0], self._slices(together[0], after))
            else:
                starts = cache(partial(self._starts, together, after))  # asked when the first row is wanted
                for day in together:
                    yield day, self._unless_destroyed(day, self._day_rows(day, starts))
            busy = self._by_time and self._rows_returned - before >= FEW
            size = 1 if busy else self._more_days(size, queried, self._rows_returned - at_first)

    def _more_days(self, size: int, queried: int, rows: int) -> int:
        """How many days to ask together after so many, which had so many rows. A power of two: each number is a
        statement of its own, which the database plans anew."""
        most = min(self._growth * size, MOST_DAYS, max(1, queried * self._wanted // max(1, rows)))
        return int(1 << (most.bit_length() - 1))

    def _unless_destroyed(self, day: date, rows: Iterator[Row]) -> Iterator[Row]:
        try:
            yield from filter(self._fits, rows)
        except DayDestroyed:
            self._destroyed.add(day)

    def _day_rows(self, day: date, starts: Callable[[], dict[date, list[Row] | None]]) -> Iterator[Row]:
        """A day's rows in order, the first of them as asked together with other days."""
        rows, size = starts()[day], BATCH
        if rows is None:
            self._destroyed.add(day)
            return
        yield from rows
        if len(rows) == BATCH and self._by_time:
            yield from self._slices(day, key_of(rows[-1]))
            return
        while len(rows) == size:  # batches that grow, each of the first rows behind the last one
            size = min(4 * size, LARGEST_BATCH)
            rows = self._select(day, self._behind(day, key_of(rows[-1])), size)
            yield from rows

    def _nearest_first(self, day: date, fits: Condition, after: PageKey | None) -> Iterator[Row]:
        """Of a pattern that fits many plates, a page stands among the next few reads, and to look at these takes less
        time than to read the dictionary. What is behind the last of them that fits comes as for any other pattern."""
        near = in_time(*clipped(self._query.span, day)) & behind(self._order, after)
        order = ORDER_BY[self._order]
        nearest = f"SELECT {COLUMNS} FROM {{summary}} AND {near.sql} ORDER BY {order} LIMIT {NEAREST}"  # noqa: S608
        sql = f"SELECT {COLUMNS} FROM ({nearest}) AS nearest WHERE {fits.sql} ORDER BY {order}"  # noqa: S608
        [rows] = self._store.select([DayQuery(day, sql, near.parameters + fits.parameters)])
        yield from rows
        after = key_of(rows[-1]) if rows else after
        yield from self._day_rows(day, partial(self._starts, [day], after))

    def _starts(self, days: Sequence[date], after: PageKey | None) -> dict[date, list[Row] | None]:
        """The first BATCH rows of each of these days in order; None: it was destroyed."""
        queries = [self._rows_query(day, self._behind(day, after), BATCH) for day in days]
        answers = self._select_each(queries)
        key = sort_key(self._order)  # what is asked together need not come in order
        return {day: rows and sorted(rows, key=key) for day, rows in zip(days, answers, strict=True)}

    def _behind(self, day: date, after: PageKey | None) -> Condition:
        condition, within = self._condition & behind(self._order, after), clipped(self._query.span, day)
        return condition if within == day_bounds(day) else condition & in_time(*within)

    def _slices(self, day: date, after: PageKey | None) -> Iterator[Row]:
        """Slices of time, each complete."""
        first, until = clipped(self._query.span, day)
        forward = self._order is Order.OLDEST
        if after and forward:
            first = max(first, microseconds(after.captured_at))
        elif after:
            until = min(until, microseconds(after.captured_at) + 1)
        length = FIRST_SLICE
        condition = self._condition & behind(self._order, after)
        while first < until:
            since, before = (
                (first, min(until, first + length)) if forward else (max(first, until - length), until)
            )
            rows = self._select(day, condition & in_time(since, before))
            yield from rows
            first, until = (before, until) if forward else (first, since)
            if len(rows) < FEW:
                length = min(LONGEST_SLICE, 2 * length)
            elif len(rows) > MANY:
                length = max(MINUTE, length // 2)

    def _select(self, day: date, condition: Condition, limit: int | None = None) -> list[Row]:
        [rows] = self._store.select([self._rows_query(day, condition, limit)])
        self._rows_returned += len(rows)
        return rows

    def _select_each(self, queries: Sequence[DayQuery]) -> list[list[Row] | None]:
        answers = select_each(self._store, queries)
        self._rows_returned += sum(len(rows) for rows in answers if rows)
        return answers

    def _rows_query(self, day: date, condition: Condition, limit: int | None) -> DayQuery:
        order = ORDER_BY[self._order]
        if limit is not None and self._by_time:
            # The days before had few of them, perhaps this has none: the server is not to look for so many among all
            # reads of the day, in their order.
            order = order.replace("captured_at", "captured_at + 0")
        sql = f"SELECT {COLUMNS} FROM {{summary}} AND {condition.sql} ORDER BY {order}"  # noqa: S608
        if limit is not None:
            sql += f" LIMIT {limit}"
        return DayQuery(day, sql, condition.parameters)

    def _count(self, days: Sequence[date], most: int) -> int:
        queries = []
        for day in days:
            condition = self._behind(day, None)
            sql = f"SELECT 1 FROM {{summary}} AND {condition.sql}"  # noqa: S608
            queries.append(DayQuery(day, sql, condition.parameters))
        try:
            return self._store.counted(queries, most)
        except DayDestroyed:
            if len(days) > 1:
                return min(most, sum(self._count([day], most) for day in days))
            self._destroyed.update(days)
            return 0


def select_each(store: Days, queries: Sequence[DayQuery]) -> list[list[Row] | None]:
    """The rows of each query, asked together; None: its day was destroyed."""
    try:
        return list(store.select(queries))
    except DayDestroyed:
        if len(queries) == 1:
            return [None]
        return [rows for query in queries for rows in select_each(store, [query])]


def days_of(store: Days, span: Span, order: Order = Order.NEWEST) -> list[date]:
    """The days within the span that have reads: newest first, unless the order is OLDEST."""
    days = [day for day in store.days() if (within := clipped(span, day))[0] < within[1]]
    return days if order is Order.OLDEST else days[::-1]


def clipped(span: Span, day: date) -> tuple[int, int]:
    """The part of the span within the day, from … to before …, in microseconds."""
    first, after = day_bounds(day)
    return max(first, microseconds(span.since)), min(after, microseconds(span.until))
