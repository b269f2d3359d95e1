"""The records of the read store."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from plateward.ground.vault.segments import Location
from plateward.ground.wire.read import Read


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
