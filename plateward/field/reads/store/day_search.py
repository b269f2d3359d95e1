"""A search over files of a day each, one after another: each has a dictionary of its plates and one of its cameras,
and indexes by plate, by cell and by camera, each with the time. A busy place has more rows in a day than a page shows,
so these are asked slice by slice, which grow while they have few rows."""

from collections.abc import Iterator
from datetime import date
from heapq import merge
from itertools import chain

from plateward.field.reads.queries import Order, PageKey, ReadQuery
from plateward.field.reads.store.base import ReadStore
from plateward.field.reads.store.breadth import Driver
from plateward.field.reads.store.rows import DAY, day_bounds
from plateward.field.reads.store.searching import BATCH, COLUMNS, LARGEST_BATCH, Search
from plateward.field.reads.store.selection import (
    ORDER_BY,
    Condition,
    DayQuery,
    Row,
    behind,
    in_time,
    key_of,
    plate_key,
)
from plateward.ground.vault.day_keys import DayDestroyed

MINUTE = 60_000_000  # microseconds
FIRST_SLICE = 4 * MINUTE
FEW, MANY = 100, 1_000


class DaySearch(Search):
    """`destroyed` grows from day to day."""

    def __init__(self, store: ReadStore, query: ReadQuery, order: Order) -> None:
        super().__init__(store.days(), query, order)
        self._store = store
        self._by_time = self._driver is not Driver.PLATE and order is not Order.PLATE
        self._slice = FIRST_SLICE

    def rows(self, after: PageKey | None, wanted: int = BATCH) -> Iterator[Row]:  # noqa: ARG002
        if self._order is Order.PLATE:
            return merge(*(self._day(day, after) for day in self.days), key=plate_key)
        return chain.from_iterable(self._day(day, after) for day in self.days)

    def by_day(self) -> Iterator[tuple[date, Iterator[Row]]]:
        return ((day, self._day(day, None)) for day in self.days)

    def _count(self, most: int) -> int:
        counted = 0
        for day in self.days:
            condition = self._behind(day, None)
            sql = (
                f"SELECT count(*) FROM (SELECT 1 FROM {{summary}} AND {condition.sql} LIMIT {most - counted})"  # noqa: S608
            )
            try:
                [(number,)] = self._store.select(DayQuery(day, sql, condition.parameters)) or [(0,)]
                counted += number
            except DayDestroyed:
                self._destroyed.add(day)
        return counted

    def _day(self, day: date, after: PageKey | None) -> Iterator[Row]:
        first, until = self._within(day, after)
        if first >= until:
            return
        try:
            rows = self._slices(day, after) if self._by_time else self._batches(day, after)
            yield from filter(self._fits, rows)
        except DayDestroyed:
            self._destroyed.add(day)

    def _batches(self, day: date, after: PageKey | None) -> Iterator[Row]:
        """Batches that grow, each of the first rows behind the last one."""
        size = BATCH
        while True:
            rows = self._select(day, self._behind(day, after), size)
            yield from rows
            if len(rows) < size:
                return
            after, size = key_of(rows[-1]), min(4 * size, LARGEST_BATCH)

    def _within(self, day: date, after: PageKey | None) -> tuple[int, int]:
        first, until = day_bounds(day)
        since, before = self._bounds(after)
        return max(first, since), min(until, before)

    def _behind(self, day: date, after: PageKey | None) -> Condition:
        condition, within = self._condition & behind(self._order, after), self._within(day, after)
        return condition if within == day_bounds(day) else condition & in_time(*within)

    def _slices(self, day: date, after: PageKey | None) -> Iterator[Row]:
        """Slices of time, each complete."""
        first, until = self._within(day, after)
        forward = self._order is Order.OLDEST
        condition = self._condition & behind(self._order, after)
        while first < until:
            since, before = (
                (first, min(until, first + self._slice))
                if forward
                else (max(first, until - self._slice), until)
            )
            rows = self._select(day, condition & in_time(since, before))
            yield from rows
            first, until = (before, until) if forward else (first, since)
            if len(rows) < FEW:
                self._slice = min(DAY, 2 * self._slice)
            elif len(rows) > MANY:
                self._slice = max(MINUTE, self._slice // 2)

    def _select(self, day: date, condition: Condition, limit: int | None = None) -> list[Row]:
        sql = f"SELECT {COLUMNS} FROM {{summary}} AND {condition.sql} ORDER BY {ORDER_BY[self._order]}"  # noqa: S608
        if limit is not None:
            sql += f" LIMIT {limit}"
        return self._store.select(DayQuery(day, sql, condition.parameters))
