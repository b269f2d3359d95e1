"""A read store in memory that looks at every read: what pages ask of the real ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from plateward.field.reads.queries import (
    Order,
    PageKey,
    ReadCount,
    ReadPage,
    ReadQuery,
    ReadSummary,
    SearchProgress,
    Span,
)
from plateward.field.reads.store import ReadStore
from plateward.field.reads.store.plate_search import plate_test

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WEEK = Span(NOON - timedelta(days=7), NOON + timedelta(days=1))


def summary(number: int, plate: str = "ABC123", at: datetime = NOON) -> ReadSummary:
    return ReadSummary(
        id=UUID(int=number), captured_at=at, plate=plate, state="NM", camera="Unit 12 rear", reader="unit-12",
        lat=35.0, lon=-106.0, heading=None, kind=None, color="white", make="ford", deployment=None,
    )  # fmt: skip


@dataclass
class BruteStore:
    """`failing`: the day on which it fails, and with what. `destroyed`: days that went meanwhile. `open`: how many of
    its streams run."""

    rows: Sequence[ReadSummary]
    failing: tuple[date, Exception] | None = None
    destroyed: tuple[date, ...] = ()
    open: int = field(default=0, init=False)

    def stream(self, query: ReadQuery, order: Order) -> Iterator[SearchProgress | ReadSummary]:
        self.open += 1
        try:
            rows = self._sorted(query, order)
            days = list(dict.fromkeys(row.captured_at.date() for row in rows))
            for done, day in enumerate(days):
                yield SearchProgress(done, len(days))
                if self.failing and self.failing[0] == day:
                    raise self.failing[1]
                yield from (row for row in rows if row.captured_at.date() == day)
            yield SearchProgress(len(days), len(days), self.destroyed)
        finally:
            self.open -= 1

    def page(self, query: ReadQuery, order: Order, after: PageKey | None, limit: int) -> ReadPage:
        rows = self._sorted(query, order)
        if after:
            rows = [row for row in rows if self._place(row, order) > self._place(after, order)]
        last = rows[limit - 1] if len(rows) > limit else None
        key = PageKey(last.captured_at, last.id, last.plate) if last else None
        return ReadPage(tuple(rows[:limit]), key, self.destroyed)

    def count(self, query: ReadQuery, at_most: int) -> ReadCount:
        reads = len(self._sorted(query, Order.NEWEST))
        return ReadCount(min(reads, at_most), reads <= at_most, self.destroyed)

    def _sorted(self, query: ReadQuery, order: Order) -> list[ReadSummary]:
        fits = plate_test(query.plate) if query.plate else lambda _: True
        rows = [
            row
            for row in self.rows
            if fits(row.plate) and query.span.since <= row.captured_at < query.span.until
        ]
        return sorted(rows, key=lambda row: self._place(row, order))

    @staticmethod
    def _place(row: ReadSummary | PageKey, order: Order) -> tuple[str, float, int]:
        sign = 1 if order is Order.OLDEST else -1
        plate = row.plate if order is Order.PLATE else ""
        return plate, sign * row.captured_at.timestamp(), sign * row.id.int


def brute(rows: Sequence[ReadSummary], **more: Any) -> tuple[BruteStore, ReadStore]:
    """The store, as itself and as what code asks for."""
    store = BruteStore(rows, **more)
    return store, cast(ReadStore, store)


def many(days: int, each: int, plate: str = "ABC123") -> list[ReadSummary]:
    """So many reads on each of the last days; some at the same moment."""
    return [
        summary(day * 1000 + number, plate, NOON - timedelta(days=day, minutes=number // 2))
        for day in range(days)
        for number in range(each)
    ]


def any_plate(span: Span = WEEK) -> ReadQuery:
    return ReadQuery(span)
