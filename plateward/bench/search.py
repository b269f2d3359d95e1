"""What searches cost at the store among millions of made reads: alone, beside intake, and beside what a plain table
with the usual indexes takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from plateward.bench.figures import Figure, percentile
from plateward.bench.made_traffic import DAYS, LAST, TOWNS, WHOLE, MadeTraffic
from plateward.reads.areas import Box
from plateward.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery, ReadSummary, Span

if TYPE_CHECKING:
    from plateward.reads.store import ReadStore

READS = 10_000_000
TRIES = 200  # of each kind of search
PAGE = 50  # rows
INTAKE = 500  # reads a second
BATCH = 50
SECONDS = 90  # for which there are reads to come in
PLATE_WITHIN, BOX_WITHIN, CONVOY_WITHIN, FIRST_WITHIN = 25.0, 100.0, 50.0, 300.0  # ms


def run(progress: Callable[[str], None], reads: int = READS) -> list[Figure]:
    """Invented reads, always the same; a month of them."""
    store, figures = made_store(reads, progress)
    from django.db import connection

    from plateward.bench.search_fill import disk_bytes

    whole, search = disk_bytes()
    figures.append(Figure("disk per read", whole / reads, "bytes"))
    figures.append(Figure("disk per read, of which for searches", search / reads, "bytes"))
    kinds = searches(store, Random(7))  # noqa: S311
    alone = {}
    for name, (within, tries) in kinds.items():
        progress(f"{connection.vendor}: {name}")
        alone[name] = milliseconds(tries)
        figures += [
            Figure(f"{name}, median", percentile(alone[name], 0.5), "ms"),
            _within(f"{name}, p95", alone[name], within),
        ]
    if connection.vendor == "postgresql":
        figures += _unprepared(kinds, progress)
    progress(f"{connection.vendor}: while reads come in")
    with reads_coming_in() as arrived:
        began = time.perf_counter()
        busy = {name: milliseconds(tries) for name, (_, tries) in kinds.items()}
        figures.append(
            Figure("reads that came in meanwhile", len(arrived) / (time.perf_counter() - began), "1/s")
        )
    for name, times in busy.items():
        ratio = percentile(times, 0.95) / percentile(alone[name], 0.95)
        figures.append(Figure(f"{name}, p95 beside {INTAKE} reads/s by alone", ratio, "times", 2, ratio < 2))
    if connection.vendor == "postgresql":
        from plateward.bench.search_peer import against_peer

        figures += against_peer(store, progress)
    return figures


def _unprepared(kinds: Kinds, progress: Callable[[str], None]) -> Iterator[Figure]:
    """The same searches where the server plans each statement whenever it is sent, as it does for what a connection has
    not sent often: each number of days that are asked together is a statement of its own."""
    from django.db import connection

    sends = connection.connection
    sends.prepare_threshold, usual = None, sends.prepare_threshold
    for name, (within, tries) in kinds.items():
        progress(f"{connection.vendor}: {name}, planned each time")
        yield _within(f"{name}, planned each time, p95", milliseconds(tries), within)
    sends.prepare_threshold = usual


def made_store(reads: int, progress: Callable[[str], None]) -> tuple[ReadStore, list[Figure]]:
    """The store of this process's hub, filled unless an earlier run left its reads; and how fast that was."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from plateward.bench.search_fill import fill
    from plateward.reads.store import configured_store
    from plateward.serve.hub import prepare

    prepare()
    store = configured_store()
    figures = [Figure("reads", reads, "")]
    began = time.perf_counter()
    if stored := fill(reads, progress):
        figures.append(Figure("stored in bulk", stored / (time.perf_counter() - began), "reads/s"))
    return store, figures


Kinds = dict[str, tuple[float, list[Callable[[], object]]]]


def searches(store: ReadStore, random: Random) -> Kinds:
    """Of each kind: its target in ms, and TRIES searches for what was read."""
    plates = sampled_plates(store, random)

    def pages(queries: Iterable[ReadQuery]) -> list[Callable[[], object]]:
        return [partial(store.page, query, Order.NEWEST, None, PAGE) for query in queries]

    def of_plates(match: PlateMatch, change: Callable[[str], str]) -> list[Callable[[], object]]:
        return pages(ReadQuery(WHOLE, PlateQuery(change(random.choice(plates)), match)) for _ in range(TRIES))

    known = PlateMatch.PARTIAL
    kinds: Kinds = {
        "exact": (PLATE_WITHIN, of_plates(PlateMatch.EXACT, str)),
        "folded": (PLATE_WITHIN, of_plates(PlateMatch.FOLDED, str)),
        "one-off": (PLATE_WITHIN, of_plates(PlateMatch.NEAR, lambda plate: misread(plate, random))),
        "prefix of 4": (PLATE_WITHIN, of_plates(known, lambda plate: plate[:4] + "*")),
        "suffix of 4": (PLATE_WITHIN, of_plates(known, lambda plate: "*" + plate[-4:])),
        "infix of 4": (PLATE_WITHIN, of_plates(known, lambda plate: "*" + plate[1:5] + "*")),
        "infix of 3": (PLATE_WITHIN, of_plates(known, lambda plate: "*" + plate[1:4] + "*")),
        "? in the middle": (PLATE_WITHIN, of_plates(known, lambda plate: with_unknown(plate, random))),
        "box of 20 km, 6 h": (
            BOX_WITHIN,
            pages(ReadQuery(span, area=area) for span, area in (box(random) for _ in range(TRIES))),
        ),
    }
    convoy = [ReadQuery(WHOLE, PlateQuery(random.choice(plates))) for _ in range(TRIES)]
    within = timedelta(seconds=30)
    kinds["traveled with"] = (
        CONVOY_WITHIN,
        [partial(store.companions, query, within, 3, PAGE) for query in convoy],
    )
    broad = [
        *(ReadQuery(WHOLE, PlateQuery("?".join(plate[:5:2]) + "*", known)) for plate in plates[:20]),
        *(ReadQuery(WHOLE, PlateQuery("*" + plate[1:3] + "*", known)) for plate in plates[:20]),
        *(ReadQuery(WHOLE, area=Box(lat - 0.2, lon - 0.2, lat + 0.2, lon + 0.2)) for lat, lon, _ in TOWNS),
        *(ReadQuery(WHOLE, cameras=frozenset({f"I-25 ahead {number}"})) for number in range(20)),
        *(ReadQuery(WHOLE, PlateQuery(plate[:-1] + "99")) for plate in plates[:20]),
    ]
    kinds["first results of a stream"] = FIRST_WITHIN, [partial(_first, store, query) for query in broad]
    return kinds


def sampled_plates(store: ReadStore, random: Random) -> list[str]:
    """Plates of five or more characters, out of five days."""
    days = random.sample(store.days(), 5)
    plates = [plate for day in days for plate in random.sample(sorted(store.plates(day)), 60)]
    return [plate for plate in plates if len(plate) >= 5]


def with_unknown(plate: str, random: Random) -> str:
    """The plate with ? for a character that is neither its first nor its last."""
    at = random.randrange(1, len(plate) - 1)
    return plate[:at] + "?" + plate[at + 1 :]


def misread(plate: str, random: Random) -> str:
    """The plate with one character changed, added or lost."""
    at = random.randrange(len(plate))
    return plate[:at] + random.choice(["", "7", "K", "K" + plate[at]]) + plate[at + 1 :]


def box(random: Random) -> tuple[Span, Box]:
    """Six hours, and 20 km by 20 km around where people live."""
    lat, lon, _ = random.choices(TOWNS, [town[2] for town in TOWNS])[0]
    lat, lon = lat + random.uniform(-0.1, 0.1), lon + random.uniform(-0.1, 0.1)
    since = WHOLE.since + timedelta(hours=random.uniform(0, 24 * DAYS - 6))
    return Span(since, since + timedelta(hours=6)), Box(lat - 0.09, lon - 0.11, lat + 0.09, lon + 0.11)


def _first(store: ReadStore, query: ReadQuery) -> None:
    rows = 0
    stream = store.stream(query, Order.NEWEST)
    for step in stream:
        rows += isinstance(step, ReadSummary)
        if rows == PAGE:
            break
    stream.close()


def milliseconds(tries: Iterable[Callable[[], object]]) -> list[float]:
    """How long each took."""
    times = []
    for search in tries:
        began = time.perf_counter()
        search()
        times.append(1000 * (time.perf_counter() - began))
    return times


def _within(name: str, times: list[float], target: float) -> Figure:
    value = percentile(times, 0.95)
    return Figure(name, value, "ms", target, value <= target)


@contextmanager
def reads_coming_in() -> Iterator[list[UUID]]:
    """INTAKE reads a second into the last day, as intake stores them, by another thread."""
    from django.db import connection

    from plateward.reads.store import configured_store

    stop, arrived = threading.Event(), list[UUID]()
    batches = list(MadeTraffic(INTAKE * SECONDS * DAYS, seed=time.time_ns()).reads_of(LAST, BATCH))

    def take() -> None:
        due = time.perf_counter()
        try:
            for batch in batches:
                configured_store().append(LAST, batch)
                arrived.extend(stored.read.id for stored in batch)
                due += BATCH / INTAKE
                if stop.wait(max(0.0, due - time.perf_counter())):
                    return
        finally:
            connection.close()

    writer = threading.Thread(target=take)
    writer.start()
    try:
        yield arrived
    finally:
        stop.set()
        writer.join()
