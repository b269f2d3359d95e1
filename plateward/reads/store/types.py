"""What goes into the read store and comes out of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from plateward.vault.segments import Location
from plateward.wire.read import Read


@dataclass(frozen=True)
class StoredRead:
    """A read with its signature as it came, who sent it, and where its two images lie."""

    read: Read
    body: bytes
    signature: bytes
    reader: str
    received_at: datetime
    context: Location
    plate_image: Location

    @property
    def day(self) -> date:
        """The UTC day of capture, under whose key everything of it lies."""
        return self.read.captured_at.date()


@dataclass(frozen=True)
class ReadKey:
    """Where a read lies: its day and its id."""

    day: date
    id: UUID


class ReadStore(Protocol):
    """Adds and gives back; it has no way to change a read."""

    def known(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        """Which of these reads lie in the store already."""

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        """Store reads of one day, durably; one that is stored already stays as it is."""

    def get(self, placed: ReadKey) -> StoredRead | None:
        """The read, or None."""

    def days(self) -> list[date]:
        """The days of which there are reads, oldest first; one may have been destroyed since."""

    def plates(self, day: date) -> Iterator[str]:
        """Each plate that was read that day, once, as read. Raises DayDestroyed."""

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        """The reads of these plates, as read, that day; of each plate the latest first. Raises DayDestroyed."""
