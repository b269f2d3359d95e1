"""The records of the read store."""

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

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
from plateward.reads.store.away import DayLost
from plateward.vault.segments import Location
from plateward.vault.tombstones import Tombstone
from plateward.wire.read import Read


@dataclass(frozen=True)
class StoredRead:
    """A read with its signature as received, its sender, and the location of its two images."""

    read: Read
    body: bytes
    signature: bytes
    reader: str
    received_at: datetime
    context: Location
    plate_image: Location

    @property
    def day(self) -> date:
        """The UTC day of capture, whose key seals everything about it."""
        return self.read.captured_at.date()

    @property
    def generation(self) -> int:
        """Of the day: that of its images' key."""
        return self.context.generation


@dataclass(frozen=True)
class ReadKey:
    """Identifies a stored read: its day and its id."""

    day: date
    id: UUID


class ReadStore(Protocol):
    """Adds and returns reads; it has no way to change one."""

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        """Which of these reads are already in the store."""

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        """Store reads of a day, durably; a read already stored stays unchanged."""

    def get(self, placed: ReadKey, within: float | None = None) -> StoredRead | None:
        """The read, or None. Raises DayDestroyed, DayLost; StoreAway, if a shard does not answer `within` these
        seconds."""

    def days(self) -> list[date]:
        """The days that have reads, oldest first; one may have been destroyed since."""

    def lost_days(self) -> dict[date, DayLost]:
        """The days whose reads are gone or cannot be used, though they were not destroyed, oldest first; each with what
        is to be said and done about it."""

    def without(self, lost: DayLost) -> "ReadStore | None":
        """Where what is left of that day is read: without the shards that lost it. None: nothing is left."""

    def problems(self) -> list[tuple[date, str]]:
        """What is wrong with the records of destruction that the store itself has, with the day."""

    def raw_rows(self, day: date, after: bytes, limit: int) -> list[tuple[Any, ...]]:
        """Of the reads of that day, in the order of their ids behind `after`: the row as rows.COLUMNS has it, then the
        row that searches ask as rows.SUMMARY_COLUMNS has it, empty if there is none. With the first rows of a day all
        of its file is verified where it has one. Raises DayDestroyed, and the database's own error if it is damaged."""

    def counts(self, day: date) -> tuple[int, ...]:
        """All rows of reads of a day, those that raw_rows has, and the rows that searches ask. Raises as raw_rows."""

    def looked_up(
        self, day: date, plates: Collection[str]
    ) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
        """What searches look up on that day, as rows.tail_rows has it of these plates and rows.source_rows of all."""

    def plates(self, day: date) -> Iterator[str]:
        """Each distinct plate of that day, as read. Raises DayDestroyed."""

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        """The reads of these plates, as read, on that day; latest first for each plate. Raises DayDestroyed."""

    def why_too_broad(self, query: ReadQuery) -> str:
        """Why this query would look through everything, and what to change; empty if it may run. All that follow raise
        BadQuery with these words."""

    def page(self, query: ReadQuery, order: Order, after: PageKey | None, limit: int) -> ReadPage:
        """At most `limit` reads in this order, behind the row that has the key `after`."""

    def stream(self, query: ReadQuery, order: Order) -> Generator[SearchProgress | ReadSummary, None, None]:
        """Every read, day by day, each day after its progress: newest day first, unless the order is OLDEST; PLATE
        sorts each day by itself. May be closed at any time, and then nothing of it runs any more."""

    def count(self, query: ReadQuery, at_most: int) -> ReadCount:
        """How many reads there are, counted up to `at_most`."""

    def distinct_plates(self, query: ReadQuery, limit: int) -> PatternResult[PlateSummary]:
        """The distinct plates, as read; latest first."""

    def last_seen(self, query: ReadQuery, limit: int) -> PatternResult[ReadSummary]:
        """The newest read of each plate; latest first."""

    def common_stops(self, query: ReadQuery, least: int) -> PatternResult[Stop]:
        """The cameras and places with at least `least` of the reads; most days first."""

    def companions(
        self, query: ReadQuery, within: timedelta, least: int, limit: int
    ) -> PatternResult[Companion]:
        """The plates that the same camera read `within` that time before or after one of the query's reads, in at least
        `least` meetings; most meetings first. Reads within five minutes are one meeting. All but the query's plate
        holds for the companions' reads, too."""

    def seen_at_both(self, first: ReadQuery, second: ReadQuery, limit: int) -> PatternResult[PlateSummary]:
        """The plates that both queries find, with the reads of both; most reads first."""

    def chosen(self, day: date, read_ids: Collection[UUID], within: float | None = None) -> list[StoredRead]:
        """Those of these reads that are there. Raises DayDestroyed, DayLost; where a time is given, PartMissing, with
        the reads that there are `within` these seconds. What follows is for reads.destruction alone."""

    def totals(self, day: date) -> tuple[int, int]:
        """How many reads the day has, and how many bytes they take with what searches need."""

    def closed(self, day: date) -> AbstractContextManager[None]:
        """Nobody adds to the day meanwhile, or is refused once this is over and the tombstone is written."""

    def next_reads(self, day: date, generation: int) -> list[StoredRead]:
        """What is prepared of the next generation already."""

    def discard_next(self, day: date, generation: int) -> None:
        """Remove what is prepared, if anything."""

    def append_next(self, day: date, generation: int, reads: Sequence[StoredRead]) -> None:
        """Prepare these, durably."""

    def swap(self, tombstone: Tombstone, write: Callable[[], object]) -> None:
        """What is prepared takes the day's place, and the rest is gone. `write` writes the tombstone: it is called once
        nothing but a failing server or disk is in the way, and if it raises, nothing has changed. If this raises
        although the tombstone is written, `shred` does the rest."""

    def tombstones(self) -> list[bytes]:
        """Those that `swap` leaves with the day, however the hub is killed."""

    def remains(self) -> set[date]:
        """The days of which something is there that was destroyed."""

    def shred(self, day: date) -> None:
        """Remove whatever is there of destroyed generations of the day, and put what was kept in its place if a swap
        was cut off. A restored copy stays, unanswered, while what was kept of its day is not there."""

    def discard_copy(self, day: date) -> bool:
        """Remove a restored copy that stays (DaySetAside); what was kept of the day is lost from then on. False: there
        was none to remove."""
