"""How long the NCIC extract takes from file to force, and how the hub responds meanwhile."""

import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, percentile

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event

    from plateward.hotlists.models import Load

LINES = 1_000_000
CHANGED_EVERY, GONE_EVERY = 50, 100  # of the second extract, relative to the first
ASK_EVERY_S = 0.1
TARGET_S = 60.0
HEAD = "HEADER OF AN INVENTED EXTRACT\n"
CODES, STATES, MAKES, COLORS = (
    "VVVVPPWFLM",
    ("NM", "TX", "AZ", "CO"),
    ("FORD", "CHEV", "T0Y0"),
    ("BLK", "RED", "WHI"),
)
CHUNK = 20_000  # lines


def extract(lines: int, *, later: bool = False) -> Iterator[bytes]:
    """An invented extract; `later`: half a day on, with some entries gone, some changed, some new."""
    yield HEAD.encode()
    for start in range(0, lines, CHUNK):
        numbers = range(start, min(start + CHUNK, lines))
        yield "".join(_line(n, later=later) for n in numbers).encode()


def _line(n: int, *, later: bool) -> str:
    record = n + LINES if later and n % GONE_EVERY == 0 else n
    color = COLORS[(n + (later and n % CHANGED_EVERY == 1)) % len(COLORS)]
    plate = f"{chr(65 + record % 26)}{chr(65 + record // 26 % 26)}{record:06d}"
    return (
        f"{CODES[n % len(CODES)]}{record:09d}NM0000000202601{1 + n % 28:02d}{plate:<10}{STATES[n % 4]}2027PC"
        f"20{n % 26:02d}{MAKES[n % 3]}TAH4D{color}\n"
    )


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Load the first extract into an empty list, then the next; another process writes to the log throughout."""
    with _AuditLoad() as asking:
        progress(f"loading {LINES:,} lines into an empty list")
        first = _load(extract(LINES), progress)
        progress(f"loading the next extract of {LINES:,} lines")
        second = _load(extract(LINES, later=True), progress)
    waits = asking.waits
    return [
        Figure("1,000,000 NCIC lines into an empty list", first, "s", TARGET_S, first <= TARGET_S),
        Figure("1,000,000 NCIC lines, 2 % changed, 1 % replaced", second, "s", TARGET_S, second <= TARGET_S),
        Figure("audit entry while a list is loaded, p95", percentile(waits, 0.95) * 1000, "ms"),
        Figure("audit entry while a list is loaded, max", max(waits) * 1000, "ms"),
    ]


def _load(content: Iterator[bytes], progress: Callable[[str], None]) -> float:
    """Seconds from the first byte until the list is in force."""
    from plateward.audit.actor import Actor
    from plateward.hotlists.imports.apply import apply_load, approve_load
    from plateward.hotlists.imports.preview import preview_load
    from plateward.hotlists.imports.receive import receive_file

    actor = Actor("system", "bench", "The benchmark")
    start = time.perf_counter()
    load: Load = preview_load(actor, receive_file(actor, "NCIC", "NCIC", "VEHEXTRT.txt", content, "ncic"))
    progress(f"looked after {time.perf_counter() - start:.0f} s; applying")
    if load.state == load.State.HELD:
        approve_load(actor, load)
    done = apply_load(actor, load)
    if done.rows != LINES or done.rejected:
        raise AssertionError(f"{done.rows:,} of {LINES:,} lines were taken, {done.rejected:,} rejected")
    return time.perf_counter() - start


class _AuditLoad:
    """Another process's audit entries, one after another, and each one's wait: the least that a page costs."""

    def __enter__(self) -> "_AuditLoad":
        processes = get_context("spawn")
        self._stop, self._told = processes.Event(), processes.Queue()
        self._process = processes.Process(target=append_entries, args=(self._stop, self._told))
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.waits: list[float] = self._told.get(timeout=60)
        self._process.join()


def append_entries(stop: "Event", results: "Queue[list[float]]") -> None:
    """Append to the log until stopped, then return every wait in seconds."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from plateward.audit.actor import Actor
    from plateward.audit.events import Event
    from plateward.audit.log import record

    ada, waits = Actor("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d"), []
    while not stop.wait(ASK_EVERY_S):
        begun = time.perf_counter()
        record(ada, Event.IMAGE_VIEW, "read:1", image="context")
        waits.append(time.perf_counter() - begun)
    results.put(waits)
