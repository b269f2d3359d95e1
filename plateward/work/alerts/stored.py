"""The reads of alerts and sightings, in the read store: kept, destroyed, lost, or not answered in time."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import DayLost, StoreAway, store_answers
from plateward.field.reads.store.types import PartMissing
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.wire.read import Read

ANSWERS_WITHIN = 1.0  # seconds: neither a page nor an act waits longer for a part of the store that hangs
NOT_ANSWERED = (
    "A part of the read store does not respond. Try again in a few minutes; if it stays so, notify the ALPR "
    "administrator."
)
DESTROYED = "It was destroyed at the end of its retention (OPR:50 6.h.ii)."


class StoreAnswer(NamedTuple):
    """A read; or none, and why it is missing although it was never destroyed: empty if it was. `late`: the store did
    not answer in time, so nothing is settled."""

    kept: StoredRead | None
    missing: str = ""
    late: bool = False


class Seen(Protocol):
    """An alert, or a sighting of its vehicle."""

    captured_at: datetime
    read: UUID


def stored_read(seen: Seen, seconds: float = ANSWERS_WITHIN) -> StoredRead | None:
    """Its read, if that is still kept. Raises StoreAway: it should be there, and is not, or not in these seconds."""
    return _stored(ReadKey(seen.captured_at.date(), seen.read), seconds)


def _stored(key: ReadKey, seconds: float) -> StoredRead | None:
    try:
        with store_answers():
            return configured_store().get(key, max(0.0, seconds))
    except DayDestroyed:
        return None


def read_or_why(seen: Seen, seconds: float = ANSWERS_WITHIN) -> StoreAnswer:
    """Its read, or why there is none."""
    return key_or_why(ReadKey(seen.captured_at.date(), seen.read), seconds)


def key_or_why(key: ReadKey, seconds: float = ANSWERS_WITHIN) -> StoreAnswer:
    """The same by the read's place."""
    try:
        return StoreAnswer(_stored(key, seconds))
    except DayLost as lost:
        return StoreAnswer(None, str(lost))
    except StoreAway:
        return StoreAnswer(None, NOT_ANSWERED, late=True)


def reads_within(sightings: Iterable[Seen], seconds: float) -> tuple[dict[UUID, Read], bool]:
    """Those of their reads that are there, by id, and whether these are all that are not destroyed. A question for each
    day of capture, the latest first; what does not come in these seconds is left out."""
    days: dict[date, set[UUID]] = defaultdict(set)
    for seen in sightings:
        days[seen.captured_at.date()].add(seen.read)
    until = time.monotonic() + seconds
    answers = [_reads(day, days[day], until) for day in sorted(days, reverse=True)]
    reads = {stored.read.id: stored.read for part, _ in answers for stored in part}
    return reads, all(whole for _, whole in answers)


def _reads(day: date, ids: set[UUID], until: float) -> tuple[Sequence[StoredRead], bool]:
    """Whatever became of a day, its alerts are shown and ring."""
    try:
        with store_answers():
            return configured_store().chosen(day, ids, max(0.0, until - time.monotonic())), True
    except PartMissing as some:
        return some.reads, False
    except DayDestroyed:
        return (), True
    except StoreAway:
        return (), False
