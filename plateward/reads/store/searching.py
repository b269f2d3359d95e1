"""One search, day by day: each day has a dictionary of its plates and one of its cameras, and indexes by plate, by cell
and by camera, each with the time. Nothing else is ever asked."""

from collections.abc import Iterator, Sequence
from datetime import date
from heapq import merge
from itertools import chain
from typing import Any, Protocol

from plateward.reads.areas import BadQuery
from plateward.reads.cell import cells_of
from plateward.reads.queries import Order, PageKey, PlateQuery, ReadQuery, Span
from plateward.reads.store.breadth import MOST_CELLS, MOST_VALUES, Driver, driver_of, why_too_broad
from plateward.reads.store.plate_search import Probe, plate_test, probes
from plateward.reads.store.rows import SUMMARY_COLUMNS, day_bounds, microseconds
from plateward.reads.store.selection import (
    EVERYTHING,
    ORDER_BY,
    Condition,
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
BATCH, LARGEST_BATCH = 200, 12_800  # rows, plates or names in a query; of rows, batches grow
MINUTE = 60_000_000  # microseconds
FIRST_SLICE, LONGEST_SLICE = 4 * MINUTE, 64 * MINUTE  # of time; one grows while it has FEW rows
FEW, MANY = 100, 1_000


class Days(Protocol):
    """What a search asks of a store."""

    def days(self) -> list[date]:
        """The days that have reads, oldest first."""

    def select(self, day: date, sql: str, parameters: Sequence[Any]) -> list[Row]:
        """Rows of one day, all at once; `{summary}`, `{tail}` and `{source}` in `sql` stand for its table and WHERE
        with a first condition. Raises DayDestroyed."""


class RunningSearch(Protocol):
    """A query in an order, as Search answers it from one database."""

    days: list[date]

    def rows(self, after: PageKey | None) -> Iterator[Row]: ...

    def day_rows(self, day: date, after: PageKey | None) -> Iterator[Row]: ...

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
        self._store, self._query, self._order, self._driver = store, query, order, driver
        self._attributes = attributes(query, camera=driver is not Driver.CAMERA)
        self._fits = row_test(query, plate=driver is not Driver.PLATE)
        cells = cells_of(query.area, MOST_CELLS) if query.area and driver is Driver.CELL else None
        self._cells = sorted(cells or ())
        self._destroyed: set[date] = set()
        self.days = days_of(store, query.span, order)
        if query.readers is not None and not query.readers:
            self.days = []  # nobody's reads may be seen

    def rows(self, after: PageKey | None) -> Iterator[Row]:
        """All rows in order, behind the row that has this key."""
        if self._order is Order.PLATE:
            days = [self.day_rows(day, after) for day in self.days]
            return merge(*days, key=sort_key(self._order))
        return chain.from_iterable(
            self.day_rows(day, after) for day in self.days if self._reaches(day, after)
        )

    def day_rows(self, day: date, after: PageKey | None) -> Iterator[Row]:
        """A day's rows in order."""
        try:
            if self._driver is Driver.PLATE and self._query.plate:
                yield from self._of_plates(day, after, self._query.plate)
            elif self._driver is Driver.CELL:
                yield from self._of_column(day, after, "cell", self._cells)
            else:
                yield from self._of_column(day, after, "camera", self._cameras(day))
        except DayDestroyed:
            self._destroyed.add(day)

    def destroyed(self) -> tuple[date, ...]:
        """The days that went before this search was through with them."""
        return tuple(sorted(self._destroyed))

    def _reaches(self, day: date, after: PageKey | None) -> bool:
        if after is None:
            return True
        last = after.captured_at.date()
        return day >= last if self._order is Order.OLDEST else day <= last

    def _of_plates(self, day: date, after: PageKey | None, plate: PlateQuery) -> Iterator[Row]:
        plates = sorted(fitting_plates(self._store, day, plate))
        if self._order is Order.PLATE and after:
            plates = [plate for plate in plates if plate >= after.plate]
        yield from self._batches(day, after, "plate", plates)

    def _of_column(
        self, day: date, after: PageKey | None, column: str, values: Sequence[str | int]
    ) -> Iterator[Row]:
        if self._order is Order.PLATE:
            yield from self._batches(day, after, column, values)
        elif values:
            yield from self._slices(day, after, column, values)

    def _batches(
        self, day: date, after: PageKey | None, column: str, values: Sequence[str | int]
    ) -> Iterator[Row]:
        """Batches that grow, each of the first rows behind the last one."""
        size = BATCH
        time = in_time(*clipped(self._query.span, day))
        while True:
            condition = time & self._attributes & behind(self._order, after)
            rows: list[Row] = []
            for start in range(0, len(values), BATCH):
                rows += self._select(day, within(column, values[start : start + BATCH]) & condition, size)
                if column == "plate" and self._order is Order.PLATE and len(rows) >= size:
                    break  # the plates are sorted: what follows comes later
            rows.sort(key=sort_key(self._order))
            yield from filter(self._fits, rows[:size])
            if len(rows) < size:
                return
            after, size = key_of(rows[size - 1]), min(4 * size, LARGEST_BATCH)

    def _slices(
        self, day: date, after: PageKey | None, column: str, values: Sequence[str | int]
    ) -> Iterator[Row]:
        """Slices of time, each complete: a busy place has more rows in a day than a page shows."""
        first, until = clipped(self._query.span, day)
        forward = self._order is Order.OLDEST
        if after and forward:
            first = max(first, microseconds(after.captured_at))
        elif after:
            until = min(until, microseconds(after.captured_at) + 1)
        length = FIRST_SLICE
        condition = self._attributes & behind(self._order, after)
        parts = [within(column, values[at : at + MOST_VALUES]) for at in range(0, len(values), MOST_VALUES)]
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
        sql = f"SELECT {COLUMNS} FROM {{summary}} AND {condition.sql} ORDER BY {ORDER_BY[self._order]}"  # noqa: S608
        if limit is not None:
            sql += f" LIMIT {limit}"
        return self._store.select(day, sql, condition.parameters)

    def _cameras(self, day: date) -> list[str]:
        condition = EVERYTHING
        for column, names in (
            ("camera", self._query.cameras),
            ("reader", self._query.readers),
            ("deployment", self._query.deployments),
        ):
            if names:
                condition &= within(column, sorted(names))
        sql = f"SELECT DISTINCT camera FROM {{source}} AND {condition.sql}"  # noqa: S608
        return [camera for (camera,) in self._store.select(day, sql, condition.parameters)]


def days_of(store: Days, span: Span, order: Order = Order.NEWEST) -> list[date]:
    """The days within the span that have reads: newest first, unless the order is OLDEST."""
    days = [day for day in store.days() if clipped(span, day)[0] < clipped(span, day)[1]]
    return days if order is Order.OLDEST else days[::-1]


def clipped(span: Span, day: date) -> tuple[int, int]:
    """The part of the span within the day, from … to before …, in microseconds."""
    first, after = day_bounds(day)
    return max(first, microseconds(span.since)), min(after, microseconds(span.until))


def fitting_plates(store: Days, day: date, plate: PlateQuery) -> set[str]:
    """The day's plates that fit, from its dictionary."""
    parts = [_tails(probe) for probe in probes(plate)]
    sql = " UNION ".join(f"SELECT plate FROM {{tail}} AND {part.sql}" for part in parts)  # noqa: S608
    fits = plate_test(plate)
    rows = store.select(day, sql, [value for part in parts for value in part.parameters])
    return {plate for (plate,) in rows if fits(plate)}


def _tails(probe: Probe) -> Condition:
    if probe.whole:
        condition = within("tail", probe.texts)
    else:
        [text] = probe.texts
        beyond = text + "~"  # behind all letters and digits
        condition = Condition("tail >= %s AND tail < %s", (text, beyond))
    return condition & within("start", probe.starts) if probe.starts else condition
