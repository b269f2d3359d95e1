"""Which reads of a day match new entries. Uses the store's index of plates, not each read of the day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from plateward.matching.engine import Hit, HotListIndex
from plateward.policy.trace import enforces
from plateward.reads.store import ReadStore, StoredRead

# For this few new entries, readers' second choices are searched too: if a reader chose differently in two
# places, the store's index has its plate, not the listed one.
MAX_FUZZY_PLATES = 10
MAX_DIFFERENCES = 2  # characters


@dataclass(frozen=True)
class NewEntries:
    """New entries of one list as an index, as of when they came into force. `bare`: their plates if few, else
    empty."""

    index: HotListIndex
    at: datetime
    bare: frozenset[str]


@enforces("5.a", "5.i")
def matching_reads(store: ReadStore, day: date, new_entries: NewEntries) -> Iterator[tuple[StoredRead, Hit]]:
    """Each read of that UTC day with each entry it may be, latest first. Raises DayDestroyed."""
    plates = [plate for plate in store.plates(day) if _may_be(plate, new_entries)]
    for stored in store.of_plates(day, plates):
        read = stored.read
        for hit in new_entries.index.match(read.plate, read.state, read.captured_at, read.characters):
            yield stored, hit


def _may_be(plate: str, new_entries: NewEntries) -> bool:
    return bool(new_entries.index.match(plate, None, new_entries.at)) or is_near(plate, new_entries.bare)


def is_near(plate: str, listed: Collection[str]) -> bool:
    """Whether it differs from one of these in few enough places for a reader's second choices to match."""
    return any(
        len(plate) == len(candidate)
        and sum(a != b for a, b in zip(plate, candidate, strict=True)) <= MAX_DIFFERENCES
        for candidate in listed
    )
