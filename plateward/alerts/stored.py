"""The reads of alerts and sightings, in the read store: kept, destroyed, lost, or not answered in time."""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from plateward.reads.store import ReadKey, StoredRead, configured_store
from plateward.reads.store.away import DayLost, StoreAway, store_answers
from plateward.vault.day_keys import DayDestroyed
from plateward.wire.read import Read

ANSWERS_WITHIN = 1.0  # seconds: neither a page nor an act waits longer for a part of the store that hangs
NOT_ANSWERED = (
    "A part of the read store does not respond. Try again in a few minutes; if it stays so, notify the ALPR "
    "administrator."
)


class Seen(Protocol):
    """An alert, or a sighting of its vehicle."""

    captured_at: datetime
    read: UUID


def stored_read(seen: Seen) -> StoredRead | None:
    """Its read, if that is still kept. Raises StoreAway: it should be there, and is not, or not in time."""
    try:
        with store_answers():
            return configured_store().get(ReadKey(seen.captured_at.date(), seen.read), ANSWERS_WITHIN)
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


def reads_within(sightings: Iterable[Seen], seconds: float) -> dict[UUID, Read]:
    """Those of their reads that are there, by id. A question for each day of capture, the latest first; what does not
    come in these seconds is left out."""
    days: dict[date, set[UUID]] = defaultdict(set)
    for seen in sightings:
        days[seen.captured_at.date()].add(seen.read)
    until = time.monotonic() + seconds
    return {read.id: read for day in sorted(days, reverse=True) for read in _reads(day, days[day], until)}


def _reads(day: date, ids: set[UUID], until: float) -> list[Read]:
    try:
        with store_answers():
            within = max(0.0, until - time.monotonic())
            return [stored.read for stored in configured_store().chosen(day, ids, within)]
    except (DayDestroyed, StoreAway):  # whatever became of a day, its alerts are shown and ring
        return []
