"""The read store: what each database does for itself, and what is the same on both."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from itertools import islice
from typing import Any
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
from plateward.field.reads.store import patterns
from plateward.field.reads.store.away import DayLost
from plateward.field.reads.store.rows import (
    COUNTS,
    OF_IDS,
    OF_PLATES,
    RAW_ROWS,
    from_row,
    from_summary_row,
    tail_rows,
)
from plateward.field.reads.store.searching import Search
from plateward.field.reads.store.selection import Condition, DayQuery, Row, Stretch, key_of
from plateward.field.reads.store.types import ReadKey, StoredRead
from plateward.ground.matching.normalize import fold
from plateward.ground.vault.day_keys import DayKeys
from plateward.ground.vault.tombstones import Tombstone

PLATES = 500  # per query


class ReadStore(ABC):
    """Adds and returns reads; it has no way to change one."""

    def __init__(self, days: DayKeys) -> None:
        self._days = days

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        """Which of these reads are already in the store."""
        ids = [read_id.bytes for read_id in read_ids]
        rows = self.select(DayQuery(day, "SELECT id FROM {read} AS r WHERE id = ANY(%s)", (ids,)))
        return {UUID(bytes=bytes(read_id)) for (read_id,) in rows}

    @abstractmethod
    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        """Store reads of a day, durably; a read already stored stays unchanged."""

    def get(self, placed: ReadKey) -> StoredRead | None:
        """The read, or None. Raises DayDestroyed, DayLost."""
        return next(iter(self.chosen(placed.day, [placed.id])), None)

    def chosen(self, day: date, read_ids: Collection[UUID]) -> list[StoredRead]:
        """Those of these reads that are there. Raises DayDestroyed, DayLost."""
        return self._reads(DayQuery(day, OF_IDS, ([item.bytes for item in read_ids],)))

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        """The reads of these plates, as read, on that day; latest first for each plate. Raises DayDestroyed."""
        left = iter(plates)
        while some := list(islice(left, PLATES)):
            yield from self._reads(DayQuery(day, OF_PLATES, (list(map(fold, some)), some)))

    def _reads(self, query: DayQuery) -> list[StoredRead]:
        """Found again if the day was renewed meanwhile."""
        for _ in range(2):
            reads = list(map(from_row, self.select(query)))
            if not reads or not self._days.is_destroyed(query.day, reads[0].generation):
                return reads
        return []

    @abstractmethod
    def days(self) -> list[date]:
        """The days that have reads, oldest first; one may have been destroyed since."""

    @abstractmethod
    def lost_days(self) -> dict[date, DayLost]:
        """The days whose reads are gone or cannot be used, though they were not destroyed, oldest first; each with what
        is to be said and done about it."""

    def problems(self) -> list[tuple[date, str]]:
        """What is wrong with the records of destruction that the store itself has, with the day."""
        return []

    def raw_rows(self, day: date, after: bytes, limit: int) -> list[tuple[Any, ...]]:
        """Of the reads of that day, in the order of their ids behind `after`: the row as rows.COLUMNS has it, then the
        row that searches ask as rows.SUMMARY_COLUMNS has it, empty if there is none. With the first rows of a day all
        of its file is verified where it has one. Raises DayDestroyed, and the database's own error if it is damaged."""
        return self.select(DayQuery(day, RAW_ROWS, (after, limit)))

    def counts(self, day: date) -> tuple[int, ...]:
        """All rows of reads of a day, those that raw_rows has, and the rows that searches ask. Raises as raw_rows."""
        return next(iter(self.select(DayQuery(day, COUNTS, (b"",)))), (0, 0, 0))

    def looked_up(self, day: date, plates: Collection[str]) -> tuple[set[Row], set[Row]]:
        """What searches look up on that day, as rows.tail_rows has it of these plates and rows.source_rows of all."""
        tails = tail_rows(plates)
        if not tails:
            return set(), set()
        places = ", ".join(["(%s, %s, %s)"] * len(tails))
        sql = f"SELECT tail, start, folded FROM {{tail}} AND (tail, start, folded) IN (VALUES {places})"  # noqa: S608
        known = self.select(DayQuery(day, sql, tuple(value for tail in tails for value in tail)))
        sources = self.select(DayQuery(day, "SELECT camera, reader, deployment FROM {source}"))
        return set(known), set(sources)

    def plates(self, day: date) -> list[str]:
        """Each distinct plate of that day, as read. Raises DayDestroyed."""
        return [
            plate
            for (plate,) in self.select(DayQuery(day, "SELECT DISTINCT plate FROM {summary} ORDER BY plate"))
        ]

    @abstractmethod
    def select(self, query: DayQuery) -> list[Row]:
        """Its rows. Raises DayDestroyed."""

    @abstractmethod
    def search(self, query: ReadQuery, order: Order) -> Search:
        """Raises BadQuery with breadth.why_too_broad if no index narrows the query; so do all that follow."""

    @abstractmethod
    def near(
        self, span: Span, stretches: Sequence[Stretch], held: Condition, most: int
    ) -> tuple[list[Row], set[date]]:
        """At most so many reads of these stretches of time at a camera, all within the span, for which the condition
        holds; and the days that went meanwhile."""

    def page(self, query: ReadQuery, order: Order, after: PageKey | None, limit: int) -> ReadPage:
        """At most `limit` reads in this order, behind the row that has the key `after`."""
        search = self.search(query, order)
        rows = list(islice(search.rows(after, limit + 1), limit + 1))
        last = key_of(rows[limit - 1]) if len(rows) > limit else None
        return ReadPage(tuple(map(from_summary_row, rows[:limit])), last, search.destroyed())

    def stream(self, query: ReadQuery, order: Order) -> Generator[SearchProgress | ReadSummary, None, None]:
        """Every read, NEWEST or OLDEST first, and how far the search is whenever it comes to another day. May be closed
        at any time, and then nothing of it runs any more."""
        search = self.search(query, order)
        number = {day: done for done, day in enumerate(search.days)}
        yield SearchProgress(0, len(number))
        for day, rows in search.by_day():
            if number.get(day):
                yield SearchProgress(number[day], len(number), search.destroyed())
            yield from map(from_summary_row, rows)
        yield SearchProgress(len(number), len(number), search.destroyed())

    def count(self, query: ReadQuery, at_most: int) -> ReadCount:
        """How many reads there are, counted up to `at_most`."""
        search = self.search(query, Order.NEWEST)
        reads = search.count(at_most + 1)
        return ReadCount(min(reads, at_most), reads <= at_most, search.destroyed())

    last_seen = patterns.last_seen
    common_stops = patterns.common_stops
    companions = patterns.companions
    seen_at_both = patterns.seen_at_both

    @abstractmethod
    def totals(self, day: date) -> tuple[int, int]:
        """How many reads the day has, and how many bytes they take with what searches need. What follows is for
        reads.destruction alone."""

    @abstractmethod
    def closed(self, day: date) -> AbstractContextManager[None]:
        """Nobody adds to the day meanwhile, or is refused once this is over and the tombstone is written."""

    @abstractmethod
    def next_reads(self, day: date, generation: int) -> list[StoredRead]:
        """What is prepared of the next generation already."""

    @abstractmethod
    def discard_next(self, day: date, generation: int) -> None:
        """Remove what is prepared, if anything."""

    @abstractmethod
    def append_next(self, day: date, generation: int, reads: Sequence[StoredRead]) -> None:
        """Prepare these, durably."""

    @abstractmethod
    def swap(self, tombstone: Tombstone, write: Callable[[], object]) -> None:
        """What is prepared takes the day's place, and the rest is gone. `write` writes the tombstone: it is called once
        nothing but a failing server or disk is in the way, and if it raises, nothing has changed. If this raises
        although the tombstone is written, `shred` does the rest."""

    def tombstones(self) -> list[bytes]:
        """Those that `swap` leaves with the day, however the hub is killed."""
        return []

    @abstractmethod
    def remains(self) -> set[date]:
        """The days of which something is there that was destroyed."""

    @abstractmethod
    def shred(self, day: date) -> None:
        """Remove whatever is there of destroyed generations of the day, and put what was kept in its place if a swap
        was cut off. A restored copy stays, unanswered, while what was kept of its day is not there."""

    def discard_copy(self, day: date) -> bool:  # noqa: ARG002, there is none without partitions
        """Remove a restored copy that stays (DaySetAside); what was kept of the day is lost from then on. False: there
        was none to remove."""
        return False
