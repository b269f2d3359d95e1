"""The reads of alerts and sightings, in the read store: kept, destroyed, lost, or not to be had now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import DayLost, StoreAway, store_answers
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.wire.read import Read

NOT_ANSWERED = (
    "A part of the read store does not respond. Try again in a few minutes; if it stays so, notify the ALPR "
    "administrator."
)
DESTROYED = "It was destroyed at the end of its retention (OPR:50 6.h.ii)."


class StoreAnswer(NamedTuple):
    """A read; or none, and why it is missing although it was never destroyed: empty if it was. `away`: the store
    does not answer now."""

    kept: StoredRead | None
    missing: str = ""
    away: bool = False


class Seen(Protocol):
    """An alert, or a sighting of its vehicle."""

    captured_at: datetime
    read: UUID


def read_or_why(seen: Seen) -> StoreAnswer:
    """Its read, or why there is none."""
    return key_or_why(ReadKey(seen.captured_at.date(), seen.read))


def key_or_why(key: ReadKey) -> StoreAnswer:
    """The same by the read's place."""
    try:
        with store_answers():
            return StoreAnswer(configured_store().get(key))
    except DayDestroyed:
        return StoreAnswer(None)
    except DayLost as lost:
        return StoreAnswer(None, str(lost))
    except StoreAway:
        return StoreAnswer(None, NOT_ANSWERED, away=True)


def reads_of(sightings: Iterable[Seen]) -> tuple[dict[UUID, Read], bool]:
    """Those of their reads that are there, by id, and whether these are all that are not destroyed. A question for each
    day of capture."""
    days: dict[date, set[UUID]] = defaultdict(set)
    for seen in sightings:
        days[seen.captured_at.date()].add(seen.read)
    answers = [_reads(day, ids) for day, ids in days.items()]
    reads = {stored.read.id: stored.read for part, _ in answers for stored in part}
    return reads, all(whole for _, whole in answers)


def _reads(day: date, ids: set[UUID]) -> tuple[Sequence[StoredRead], bool]:
    """Whatever became of a day, its alerts are shown and ring."""
    try:
        with store_answers():
            return configured_store().chosen(day, ids), True
    except DayDestroyed:
        return (), True
    except StoreAway:
        return (), False
