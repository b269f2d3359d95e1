"""What the default match costs beside the bare dictionary look-up that it is built on."""

import time
from collections.abc import Callable
from random import Random

from uuid_utils.compat import uuid7

from plateward import clock
from plateward.bench.figures import Figure
from plateward.matching.engine import Index
from plateward.matching.kinds import DEFAULT_ALARMS
from plateward.wire.entries import Columns, Entry
from plateward.wire.hotlist import HotList, ListHead

ENTRIES = 1_000_000
READS = 300_000
LISTED = 0.016  # of the reads: what exact matching finds on a list of a million
LETTERS, DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "0123456789"


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Reads a second, one thread: the whole match, then a look-up of the same plates in a bare dictionary."""
    random = Random(47)  # noqa: S311, the same invented plates each time

    def plate() -> str:
        return "".join([*random.choices(LETTERS, k=3), *random.choices(DIGITS, k=4)])

    progress(f"listing {ENTRIES:,} invented plates")
    listed = list({plate() for _ in range(ENTRIES)})
    now = clock.now()
    head = ListHead(id=1, name="State hot file", source="NCIC", alarms=DEFAULT_ALARMS)
    index = Index.of(HotList("1", now, [head], Columns.of(_entry(one) for one in listed)))
    bare = dict.fromkeys(listed)
    reads = [random.choice(listed) if random.random() < LISTED else plate() for _ in range(READS)]
    progress(f"matching {READS:,} reads")
    start = time.perf_counter()
    hits = sum(bool(index.match(one, "NM", now)) for one in reads)
    middle = time.perf_counter()
    found = sum(one in bare for one in reads)
    end = time.perf_counter()
    return [
        Figure("entries", len(listed), ""),
        Figure("full match", READS / (middle - start), "reads/s"),
        Figure("bare dictionary look-up", READS / (end - middle), "reads/s"),
        Figure("full match by bare look-up", (middle - start) / (end - middle), "times the time"),
        Figure("reads with a hit, full match", hits / READS, "share"),
        Figure("reads with a hit, bare look-up", found / READS, "share"),
    ]


def _entry(plate: str) -> Entry:
    return Entry(
        id=uuid7(),
        list_id=1,
        plate=plate,
        state="NM",
        reason="stolen_vehicle",
        reason_text="Stolen vehicle",
        priority="high",
        expires_at=None,
    )
