"""A page of results out of the read store, as it is found: rows, progress, and how it ended.

A page goes on from the key of the row before it, never from an offset.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from plateward.field.reads.queries import (
    Order,
    PageKey,
    ReadCount,
    ReadQuery,
    ReadSummary,
    SearchProgress,
    Span,
)
from plateward.field.reads.store import ReadStore

BATCH = 100  # rows that are narrowed together
INSTANT = timedelta(microseconds=1)

Narrow = Callable[[Sequence[ReadSummary]], list[ReadSummary]]  # leaves out rows that the store cannot tell


@dataclass(frozen=True)
class PageEnd:
    """The end of a page. `more`: there are further rows. `destroyed`: days that went meanwhile."""

    more: bool
    destroyed: tuple[date, ...] = ()


PagePart = SearchProgress | ReadSummary | PageEnd


def read_page(
    store: ReadStore,
    queries: Sequence[ReadQuery],
    order: Order,
    after: PageKey | None,
    limit: int,
    narrow: Narrow | None = None,
) -> Iterator[PagePart]:
    """At most `limit` rows behind `after`, each once, and a PageEnd. May be closed at any time."""
    if not queries:
        yield PageEnd(more=False)
    elif len(queries) == 1 and order is not Order.PLATE:
        yield from _streamed(store, queries[0], order, after, limit, narrow)
    else:
        yield from _merged(store, queries, order, after, limit, narrow)


def _streamed(
    store: ReadStore, query: ReadQuery, order: Order, after: PageKey | None, limit: int, narrow: Narrow | None
) -> Iterator[PagePart]:
    sent, waiting, destroyed = 0, list[ReadSummary](), tuple[date, ...]()
    if after is not None:
        query = replace(query, span=_rest(query.span, order, after))
    with closing(store.stream(query, order)) as items:
        for item in items:
            if isinstance(item, ReadSummary):
                if after is None or _is_behind(item, order, after):
                    waiting.append(item)
                if narrow and len(waiting) < BATCH:
                    continue
            rows, waiting = narrow(waiting) if narrow else waiting, []
            for row in rows:
                if sent == limit:
                    yield PageEnd(more=True, destroyed=destroyed)
                    return
                sent += 1
                yield row
            if isinstance(item, SearchProgress):
                destroyed = item.destroyed
                yield item
    yield PageEnd(more=False, destroyed=destroyed)


def _merged(
    store: ReadStore,
    queries: Sequence[ReadQuery],
    order: Order,
    after: PageKey | None,
    limit: int,
    narrow: Narrow | None,
) -> Iterator[PagePart]:
    """The first rows of each query, and of these the first: nothing is shown before all have answered."""
    rows: dict[UUID, ReadSummary] = {}
    more, destroyed = False, set[date]()
    for done, query in enumerate(queries):
        yield SearchProgress(done, len(queries))
        key, kept = after, list[ReadSummary]()
        while len(kept) <= limit:
            page = store.page(query, order, key, limit + 1)
            kept += narrow(page.rows) if narrow else page.rows
            destroyed.update(page.destroyed)
            key = page.after
            if key is None:
                break
        more = more or len(kept) > limit
        rows.update({row.id: row for row in kept[: limit + 1]})
    yield SearchProgress(len(queries), len(queries), tuple(sorted(destroyed)))
    ordered = sorted(rows.values(), key=lambda row: _place(row, order))
    yield from ordered[:limit]
    yield PageEnd(more=more or len(ordered) > limit, destroyed=tuple(sorted(destroyed)))


def count_all(store: ReadStore, queries: Sequence[ReadQuery], most: int) -> ReadCount:
    """How many reads these find together, of which no two find the same; counted up to `most`."""
    reads, destroyed = 0, set[date]()
    for query in queries:
        counted = store.count(query, most)
        reads += counted.reads
        destroyed.update(counted.destroyed)
        if not counted.complete or reads > most:
            return ReadCount(min(reads, most), complete=False, destroyed=tuple(sorted(destroyed)))
    return ReadCount(reads, complete=True, destroyed=tuple(sorted(destroyed)))


def _rest(span: Span, order: Order, after: PageKey) -> Span:
    """The part of the span in which the next page lies."""
    if order is Order.OLDEST:
        return Span(max(span.since, after.captured_at), span.until)
    return Span(span.since, min(span.until, after.captured_at + INSTANT))


def _is_behind(row: ReadSummary, order: Order, after: PageKey) -> bool:
    place, last = (row.captured_at, row.id.bytes), (after.captured_at, after.id.bytes)
    return place > last if order is Order.OLDEST else place < last


def _place(row: ReadSummary, order: Order) -> tuple[str, float, int]:
    """As the store orders rows: those of one plate, and all others unless the oldest come first, newest first."""
    sign = 1 if order is Order.OLDEST else -1
    at = row.captured_at.timestamp()
    return (row.plate if order is Order.PLATE else "", sign * at, sign * int.from_bytes(row.id.bytes, "big"))
