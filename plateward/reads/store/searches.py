"""What both stores answer alike, given their days and a SELECT within one of them."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Generator, Sequence
from datetime import date, timedelta
from itertools import islice

from plateward.reads.queries import (
    Companion,
    Order,
    PageKey,
    PatternResult,
    PlateSummary,
    ReadCount,
    ReadPage,
    ReadQuery,
    ReadSummary,
    SearchProgress,
    Stop,
)
from plateward.reads.store import patterns
from plateward.reads.store.away import DayLost
from plateward.reads.store.breadth import why_too_broad
from plateward.reads.store.rows import from_summary_row, tail_rows
from plateward.reads.store.searching import RunningSearch, Search
from plateward.reads.store.selection import DayQuery, Row, key_of
from plateward.reads.store.types import ReadStore


class Searches(ABC):
    """The searches of a ReadStore, where they are described."""

    indexed_by_time = False  # whether the reads next to a moment are at hand without a look at all of its day

    def without(self, lost: DayLost) -> "ReadStore | None":  # noqa: ARG002, ShardedStore has several places
        """As ReadStore has it."""
        return None

    @abstractmethod
    def days(self) -> list[date]: ...

    @abstractmethod
    def select(self, queries: Sequence[DayQuery]) -> list[list[Row]]: ...

    def counted(self, queries: Sequence[DayQuery], most: int) -> int:
        """One day after another, until there are so many."""
        counted = 0
        for query in queries:
            sql = f"SELECT count(*) FROM ({query.sql} LIMIT {most - counted}) AS few"  # noqa: S608
            [rows] = self.select([DayQuery(query.day, sql, query.parameters)]) if counted < most else [[]]
            counted += sum(number for (number,) in rows)
        return counted

    def search(self, query: ReadQuery, order: Order) -> RunningSearch:
        """Raises BadQuery if no index narrows the query."""
        return Search(self, query, order)

    def looked_up(self, day: date, plates: Collection[str]) -> tuple[set[Row], set[Row]]:
        tails = tail_rows(plates)
        if not tails:
            return set(), set()
        places = ", ".join(["(%s, %s, %s)"] * len(tails))
        sql = f"SELECT tail, start, plate FROM {{tail}} AND (tail, start, plate) IN (VALUES {places})"  # noqa: S608
        [known] = self.select([DayQuery(day, sql, tuple(value for tail in tails for value in tail))])
        [sources] = self.select([DayQuery(day, "SELECT camera, reader, deployment FROM {source}")])
        return set(known), set(sources)

    def why_too_broad(self, query: ReadQuery) -> str:
        return why_too_broad(query)

    def page(self, query: ReadQuery, order: Order, after: PageKey | None, limit: int) -> ReadPage:
        search = self.search(query, order)
        rows = list(islice(search.rows(after), limit + 1))
        last = key_of(rows[limit - 1]) if len(rows) > limit else None
        return ReadPage(tuple(map(from_summary_row, rows[:limit])), last, search.destroyed())

    def stream(self, query: ReadQuery, order: Order) -> Generator[SearchProgress | ReadSummary, None, None]:
        search = self.search(query, order)
        parts = len(search.days)
        for done, (_, rows) in enumerate(search.by_day()):
            yield SearchProgress(done, parts, search.destroyed())
            yield from map(from_summary_row, rows)
        yield SearchProgress(parts, parts, search.destroyed())

    def count(self, query: ReadQuery, at_most: int) -> ReadCount:
        search = self.search(query, Order.NEWEST)
        reads = search.count(at_most + 1)
        return ReadCount(min(reads, at_most), reads <= at_most, search.destroyed())

    def distinct_plates(self, query: ReadQuery, limit: int) -> PatternResult[PlateSummary]:
        return patterns.distinct_plates(self, query, limit)

    def last_seen(self, query: ReadQuery, limit: int) -> PatternResult[ReadSummary]:
        return patterns.last_seen(self, query, limit)

    def common_stops(self, query: ReadQuery, least: int) -> PatternResult[Stop]:
        return patterns.common_stops(self, query, least)

    def companions(
        self, query: ReadQuery, within: timedelta, least: int, limit: int
    ) -> PatternResult[Companion]:
        return patterns.companions(self, query, within, least, limit)

    def seen_at_both(self, first: ReadQuery, second: ReadQuery, limit: int) -> PatternResult[PlateSummary]:
        return patterns.seen_at_both(self, first, second, limit)
