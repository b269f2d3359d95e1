"""The records of the read store."""

from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
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
from plateward.vault.segments import Location
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

    def get(self, placed: ReadKey) -> StoredRead | None:
        """The read, or None."""

    def days(self) -> list[date]:
        """The days that have reads, oldest first; one may have been destroyed since."""

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
