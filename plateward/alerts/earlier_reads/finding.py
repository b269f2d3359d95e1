"""Which reads of a day are of new entries. The store's index of plates is asked, never each read of the day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from plateward.matching.engine import Hit, HotListIndex
from plateward.policy.trace import enforces
from plateward.reads.store import ReadStore, StoredRead

# So few new entries are looked for among the readers' second choices too: a reader that chose otherwise in two
# places has its own plate in the store's index, not the listed one.
MAX_FUZZY_PLATES = 10
MAX_DIFFERENCES = 2  # characters


@dataclass(frozen=True)
class NewEntries:
    """New entries of one list as an index, as of the moment at which they came into force. `bare` are their plates
    where they are few, else none."""

    index: HotListIndex
    at: datetime
    bare: frozenset[str]


@enforces("5.a", "5.i")
def matching_reads(store: ReadStore, day: date, new_entries: NewEntries) -> Iterator[tuple[StoredRead, Hit]]:
    """Each read of that UTC day with each entry that it may be, the latest first. Raises DayDestroyed."""
    plates = [plate for plate in store.plates(day) if _may_be(plate, new_entries)]
    for stored in store.of_plates(day, plates):
        read = stored.read
        for hit in new_entries.index.match(read.plate, read.state, read.captured_at, read.characters):
            yield stored, hit


def _may_be(plate: str, new_entries: NewEntries) -> bool:
    return bool(new_entries.index.match(plate, None, new_entries.at)) or is_near(plate, new_entries.bare)


def is_near(plate: str, listed: Collection[str]) -> bool:
    """Whether it differs from one of these in so few places that a reader's second choices may be it."""
    return any(
        len(plate) == len(candidate)
        and sum(a != b for a, b in zip(plate, candidate, strict=True)) <= MAX_DIFFERENCES
        for candidate in listed
    )
