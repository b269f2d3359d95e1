"""Many results at once, for a page of a pattern, a program or a file: gathered within a time, and honest about what is
missing."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import TypeVar

from plateward.field.reads.queries import (
    Companion,
    Order,
    PageKey,
    PatternResult,
    PlateQuery,
    PlateSummary,
    ReadSummary,
    SearchProgress,
    Stop,
)
from plateward.field.reads.store import configured_store
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.work.searches.actions import AllowedSearch
from plateward.work.searches.results.kept import hits_among
from plateward.work.searches.results.reading import PageEnd, read_page

SECONDS = 20.0  # no request searches longer
MOST_ROWS = 100  # of a pattern
STOP_READS = 2  # at one place, to be a stop
WITHIN = timedelta(minutes=2)  # before or after, to travel together
MEETINGS = 2  # at least

Row = TypeVar("Row")
Asked = TypeVar("Asked")


class _TimeUp(Exception):
    """In the middle of a part."""


@dataclass(frozen=True)
class GatheredReads:
    """At most as many as were wanted. `more`: there are further ones. Not `complete`: time was up before all was
    searched. `destroyed`: days that went meanwhile."""

    reads: list[ReadSummary]
    more: bool
    complete: bool
    destroyed: tuple[date, ...] = ()


def gather_reads(
    allowed: AllowedSearch, person: Person, order: Order, after: PageKey | None, limit: int
) -> GatheredReads:
    """The search's reads behind `after`, in this order. Raises BadQuery."""
    until = time.monotonic() + SECONDS

    def hits(rows: Sequence[ReadSummary]) -> list[ReadSummary]:
        if time.monotonic() > until:  # a day may have many rows and no hit
            raise _TimeUp
        return hits_among(rows, person)

    narrow = hits if allowed.hits_only else None
    reads: list[ReadSummary] = []
    destroyed: tuple[date, ...] = ()
    parts = read_page(configured_store(), allowed.queries, order, after, limit, narrow)
    with closing(parts):  # type: ignore[type-var]
        try:
            for part in parts:
                if isinstance(part, PageEnd):
                    return GatheredReads(reads, part.more, True, part.destroyed)
                if isinstance(part, ReadSummary):
                    reads.append(part)
                elif isinstance(part, SearchProgress):
                    destroyed = part.destroyed
                    if part.done < part.parts and time.monotonic() > until:
                        raise _TimeUp
        except _TimeUp:
            return GatheredReads(reads, True, False, destroyed)
    return GatheredReads(reads, False, True)


def last_seen(allowed: AllowedSearch) -> PatternResult[ReadSummary]:
    """The newest read of each plate, the latest first, at most MOST_ROWS."""
    result = _gather(allowed.queries, lambda query: configured_store().last_seen(query, MOST_ROWS))
    newest = {read.plate: read for read in sorted(result.rows, key=lambda read: read.captured_at)}.values()
    rows = sorted(newest, key=lambda read: read.captured_at, reverse=True)[:MOST_ROWS]
    return PatternResult(tuple(rows), result.complete, result.destroyed)


def common_stops(allowed: AllowedSearch) -> PatternResult[Stop]:
    """Where a vehicle was read several times, most days first, at most MOST_ROWS."""
    result = _gather(allowed.queries, lambda query: configured_store().common_stops(query, STOP_READS))
    rows = sorted(result.rows, key=lambda stop: (-stop.days, -stop.reads))[:MOST_ROWS]
    return PatternResult(tuple(rows), result.complete, result.destroyed)


@enforces("6.a.ii.2/place")
def traveled_with(allowed: AllowedSearch, plates: Sequence[PlateQuery]) -> PatternResult[Companion]:
    """Who passed with one of these plates, within the search's place and time."""
    queries = [replace(query, plate=plate) for query in allowed.queries for plate in plates]
    return _gather(queries, lambda query: configured_store().companions(query, WITHIN, MEETINGS, MOST_ROWS))


@enforces("6.a.ii.2/place")
def both_scenes(allowed: AllowedSearch, other: AllowedSearch) -> PatternResult[PlateSummary]:
    """Who was read at the place of either search."""
    pairs = list(product(allowed.queries, other.queries))
    return _gather(pairs, lambda pair: configured_store().seen_at_both(pair[0], pair[1], MOST_ROWS))


def _gather(queries: Sequence[Asked], ask: Callable[[Asked], PatternResult[Row]]) -> PatternResult[Row]:
    """The results of all queries; not complete if time was up before the last."""
    until = time.monotonic() + SECONDS
    results: list[PatternResult[Row]] = []
    for query in queries:
        if results and time.monotonic() > until:
            break
        results.append(ask(query))
    return PatternResult(
        tuple(row for result in results for row in result.rows),
        len(results) == len(queries) and all(result.complete for result in results),
        tuple(sorted({day for result in results for day in result.destroyed})),
    )
