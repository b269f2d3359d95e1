"""The read of an alert or sighting, in the read store: kept, destroyed, lost, or not answered."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from plateward.reads.store import ReadKey, StoredRead, configured_store
from plateward.reads.store.away import DayLost, StoreAway, store_answers
from plateward.vault.day_keys import DayDestroyed

NOT_ANSWERED = (
    "A part of the read store does not respond. Try again in a few minutes; if it stays so, notify the ALPR "
    "administrator."
)


class Seen(Protocol):
    """An alert, or a sighting of its vehicle."""

    captured_at: datetime
    read: UUID


def stored_read(seen: Seen) -> StoredRead | None:
    """Its read, if that is still kept. Raises StoreAway: it should be there, and is not."""
    try:
        with store_answers():
            return configured_store().get(ReadKey(seen.captured_at.date(), seen.read))
    except DayDestroyed:
        return None


def read_or_why(seen: Seen) -> tuple[StoredRead | None, str]:
    """Its read; or none, and why it is missing although it was never destroyed: empty if it was."""
    try:
        return stored_read(seen), ""
    except DayLost as lost:
        return None, str(lost)
    except StoreAway:
        return None, NOT_ANSWERED
