"""One search over days: each day has a dictionary of its plates and one of its cameras, and indexes by plate, by cell
and by camera, each with the time. Nothing else is ever asked. Several days are asked together, more and more of them,
so that the first results come as soon as they can and the last ones after few questions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from heapq import merge
from itertools import chain, islice
from typing import Protocol

from plateward.reads.areas import BadQuery
from plateward.reads.queries import Order, PageKey, ReadQuery, Span
from plateward.reads.store.breadth import MOST_VALUES, Driver, driver_of, why_too_broad
from plateward.reads.store.lookup import Values, lookup_of
from plateward.reads.store.rows import SUMMARY_COLUMNS, day_bounds, microseconds
from plateward.reads.store.selection import (
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
    within,
)
from plateward.vault.day_keys import DayDestroyed

COLUMNS = ",".join(SUMMARY_COLUMNS)
MOST_DAYS = 16  # in a question
BATCH, LARGEST_BATCH = 200, 12_800  # rows of a day in a question; batches grow
MINUTE = 60_000_000  # microseconds
FIRST_SLICE, LONGEST_SLICE = 4 * MINUTE, 512 * MINUTE  # of time; one grows while it has FEW rows
FEW, MANY = 100, 1_000


class Days(Protocol):
    """What a search asks of a store."""

    def days(self) -> list[date]:
        """The days that have reads, oldest first."""

    def select(self, queries: Sequence[DayQuery]) -> list[list[Row]]:
        """The rows of each, all at once. Raises DayDestroyed if any of the days was."""


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


@dataclass(frozen=True)
class DayStart:
    """The values that a day's index is asked for, and its first BATCH rows in order; None: nobody asked for them."""

    values: Values
    rows: list[Row] | None


class Search:
    """A query in an order. `days` are those that it goes through, in their order; `destroyed` grows meanwhile."""

    def __init__(self, store: Days, query: ReadQuery, order: Order) -> None:
        driver = driver_of(query)
        if driver is None:
            raise BadQuery(why_too_broad(query))
        self._store, self._query, self._order = store, query, order
        self._lookup = lookup_of(query, driver)
        self._attributes = attributes(query, camera=driver is not Driver.CAMERA)
        self._fits = row_test(query, plate=driver is not Driver.PLATE)
        self._sql_decides = query.area is None and (query.plate is None or driver is Driver.PLATE)
        self._by_time = driver is not Driver.PLATE and order is not Order.PLATE
        self._by_plates = driver is Driver.PLATE and order is Order.PLATE
        self._chunk = BATCH if self._by_plates else MOST_VALUES
        self._rows_asked = 0  # of the store so far
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
        counted, size, days = 0, 1, self.days
        while days and counted < most:
            counted += self._count(days[:size], most - counted)
            days, size = days[size:], min(2 * size, MOST_DAYS)
        return min(counted, most)

    def destroyed(self) -> tuple[date, ...]:
        """The days that went before this search was through with them."""
        return tuple(sorted(self._destroyed))

    def _reaches(self, day: date, after: PageKey | None) -> bool:
        if after is None:
            return True
        last = after.captured_at.date()
        return day >= last if self._order is Order.OLDEST else day <= last

    def _by_day(self, days: Sequence[date], after: PageKey | None) -> Iterator[tuple[date, Iterator[Row]]]:
        size = 1
        while days:
            together, days = days[:size], days[size:]
            starts = cache(partial(self._starts, together, after))  # asked when the first row is wanted
            before = self._rows_asked
            for day in together:
                yield day, self._day_rows(day, after, starts)
            busy = self._by_time and self._rows_asked - before >= FEW
            size = 1 if busy else min(2 * size, MOST_DAYS)

    def _day_rows(
        self, day: date, after: PageKey | None, starts: Callable[[], dict[date, DayStart | None]]
    ) -> Iterator[Row]:
        """A day's rows in order, the first of them as asked together with other days."""
        start, size = starts()[day], BATCH
        if start is None:
            self._destroyed.add(day)
            return
        if start.rows is not None:
            yield from filter(self._fits, start.rows)
            if len(start.rows) < BATCH:
                return
            after, size = key_of(start.rows[-1]), min(4 * BATCH, LARGEST_BATCH)
        try:
            if self._by_time:
                yield from self._slices(day, after, start.values)
            else:
                yield from self._batches(day, after, start.values, size)
        except DayDestroyed:
            self._destroyed.add(day)

    def _starts(self, days: Sequence[date], after: PageKey | None) -> dict[date, DayStart | None]:
        """How each of these days begins; None: it was destroyed. A busy place has more rows in a day than a page shows,
        so a single day of it is asked slice by slice."""
        column, condition = self._lookup.column, self._attributes & behind(self._order, after)
        alone = self._by_time and len(days) == 1
        starts: dict[date, DayStart | None] = {}
        together: list[DayQuery] = []
        for day, values in zip(days, self._values(days), strict=True):
            starts[day] = None if values is None else DayStart(values, None)
            if values is not None and len(values) <= self._chunk and not alone:
                part = within(column, values) & condition & in_time(*clipped(self._query.span, day))
                together.append(self._rows_query(day, part, BATCH))
        for query, rows in zip(together, self._select_each(together), strict=True):
            start = starts[query.day]
            if rows is None or start is None:
                starts[query.day] = None
            else:
                starts[query.day] = replace(start, rows=sorted(rows, key=sort_key(self._order)))
        return starts

    def _batches(self, day: date, after: PageKey | None, values: Values, size: int) -> Iterator[Row]:
        """Batches that grow, each of the first rows behind the last one."""
        time = in_time(*clipped(self._query.span, day))
        while True:
            condition = time & self._attributes & behind(self._order, after)
            rows: list[Row] = []
            if self._by_plates and after:
                values = [plate for plate in values if str(plate) >= after.plate]
            for start in range(0, len(values), self._chunk):
                part = within(self._lookup.column, values[start : start + self._chunk])
                rows += self._select(day, part & condition, size)
                if self._by_plates and len(rows) >= size:
                    break  # the plates are sorted: what follows comes later
            rows.sort(key=sort_key(self._order))
            yield from filter(self._fits, rows[:size])
            if len(rows) < size:
                return
            after, size = key_of(rows[size - 1]), min(4 * size, LARGEST_BATCH)

    def _slices(self, day: date, after: PageKey | None, values: Values) -> Iterator[Row]:
        """Slices of time, each complete."""
        first, until = clipped(self._query.span, day)
        forward = self._order is Order.OLDEST
        if after and forward:
            first = max(first, microseconds(after.captured_at))
        elif after:
            until = min(until, microseconds(after.captured_at) + 1)
        length = FIRST_SLICE
        condition = self._attributes & behind(self._order, after)
        parts = [
            within(self._lookup.column, values[at : at + self._chunk])
            for at in range(0, len(values), self._chunk)
        ]
        while first < until:
            since, before = (
                (first, min(until, first + length)) if forward else (max(first, until - length), until)
            )
            time = in_time(since, before)
            rows = [row for part in parts for row in self._select(day, part & condition & time)]
            if len(parts) > 1:
                rows.sort(key=sort_key(self._order))
            yield from filter(self._fits, rows)
            first, until = (before, until) if forward else (first, since)
            if len(rows) < FEW:
                length = min(LONGEST_SLICE, 2 * length)
            elif len(rows) > MANY:
                length = max(MINUTE, length // 2)

    def _select(self, day: date, condition: Condition, limit: int | None = None) -> list[Row]:
        [rows] = self._store.select([self._rows_query(day, condition, limit)])
        self._rows_asked += len(rows)
        return rows

    def _select_each(self, queries: Sequence[DayQuery]) -> list[list[Row] | None]:
        answers = select_each(self._store, queries)
        self._rows_asked += sum(len(rows) for rows in answers if rows)
        return answers

    def _rows_query(self, day: date, condition: Condition, limit: int | None) -> DayQuery:
        sql = f"SELECT {COLUMNS} FROM {{summary}} AND {condition.sql} ORDER BY {ORDER_BY[self._order]}"  # noqa: S608
        if limit is not None:
            sql += f" LIMIT {limit}"
        return DayQuery(day, sql, condition.parameters)

    def _count(self, days: Sequence[date], most: int) -> int:
        queries = []
        for day, values in zip(days, self._values(days), strict=True):
            if values is None:
                self._destroyed.add(day)
                continue
            time = in_time(*clipped(self._query.span, day))
            for start in range(0, len(values) or 1, MOST_VALUES):
                part = within(self._lookup.column, values[start : start + MOST_VALUES])
                condition = part & self._attributes & time
                sql = f"SELECT count(*) FROM (SELECT 1 FROM {{summary}} AND {condition.sql} LIMIT %s) AS few"  # noqa: S608
                queries.append(DayQuery(day, sql, (*condition.parameters, most)))
        answers = self._select_each(queries)
        self._destroyed.update(
            query.day for query, rows in zip(queries, answers, strict=True) if rows is None
        )
        return sum(number for rows in answers if rows for (number,) in rows)

    def _values(self, days: Sequence[date]) -> list[Values | None]:
        """What each day's index is asked for; None: the day was destroyed."""
        lookup = self._lookup
        if lookup.values is not None:
            return [lookup.values for _ in days]
        dictionary = lookup.dictionary
        answers = self._select_each([DayQuery(day, dictionary.sql, dictionary.parameters) for day in days])
        return [None if rows is None else lookup.values_in(rows) for rows in answers]


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
    days = [day for day in store.days() if clipped(span, day)[0] < clipped(span, day)[1]]
    return days if order is Order.OLDEST else days[::-1]


def clipped(span: Span, day: date) -> tuple[int, int]:
    """The part of the span within the day, from … to before …, in microseconds."""
    first, after = day_bounds(day)
    return max(first, microseconds(span.since)), min(after, microseconds(span.until))
