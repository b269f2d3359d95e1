"""The records of the read store."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

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
