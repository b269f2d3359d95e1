"""The end of one day of 350,000 reads with their images, while the reads of another day come in.

A day's images of 200 kB are 140 GB, of which only those that stay are read and sealed again; the others go as one file.
So a size that is asked for is that of the images that stay: what it takes to unlink so large a file is not measured."""

import os
import signal
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.managers import ValueProxy
from random import Random
from uuid import UUID

from plateward.bench.figures import Figure, percentile
from plateward.bench.made_traffic import DATES, DAYS, LAST, MadeTraffic
from plateward.reads.store.types import StoredRead

DAY, READS, KEPT = DATES[0], 350_000, 0.0165  # the share of them that are hits
KB = 1_000
IMAGE = os.urandom(KB)  # the context and the plate
INTAKE, BATCH, AT_ONCE = 500, 50, 20_000  # reads a second, in batches; of the day that is made
SECONDS, BLOCKED = 60.0, 2.0  # targets: for all of it, and for a write meanwhile
SETTLE = 3.0  # seconds of intake alone, before and after


def measure_day(progress: Callable[[str], None], image_kb: int = 1) -> list[Figure]:
    """Another process takes the other day's reads, as a hub's listener for devices does. `image_kb`: of each image that
    stays; all others have 1 kB."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from plateward.bench.search_fill import store_day
    from plateward.reads import destruction
    from plateward.serve.hub import prepare

    prepare()
    progress(f"making a day of {READS:,} reads")
    chosen = frozenset(Random(3).sample(range(READS), round(READS * KEPT)))  # noqa: S311
    keep: set[UUID] = set()
    traffic = _noting(MadeTraffic(READS * DAYS).reads_of(DAY, AT_ONCE), chosen, keep)
    store_day(DAY, with_images(traffic, keep, os.urandom(image_kb * KB)))
    spawn = get_context("spawn")
    with spawn.Manager() as manager, ProcessPoolExecutor(1, spawn, _enter) as other:
        state = manager.Value("d", 0.0)
        taking: Future[list[tuple[float, float]]] = other.submit(_take_reads, state)
        while not state.value and not taking.done():  # set once it has begun
            time.sleep(0.1)
        time.sleep(SETTLE)
        progress("destroying it")
        marks = [time.time()]
        destruction.prepare(DAY, keep)
        marks.append(time.time())
        destroyed = destruction.switch(DAY, keep, at=datetime.now(UTC), why="bench")
        marks.append(time.time())
        destruction.shred(DAY)
        marks.append(time.time())
        time.sleep(SETTLE)
        state.value = -1.0
        writes = taking.result()
    if (destroyed.kept, destroyed.reads) != (len(keep), READS - len(keep)):
        raise RuntimeError("It did not destroy what it should.")
    begun, *_, ended = marks
    meanwhile = [took for began, took in writes if began + took >= begun and began <= ended]
    alone = [took for began, took in writes if began + took < begun]
    if not meanwhile:
        raise RuntimeError("Nothing was written while the day was destroyed: there is no longest write.")
    whole, blocked = ended - begun, max(meanwhile)
    what = f"{READS:,} reads and {2 * READS:,} images of 1 kB, {len(keep):,} reads kept"
    what += f" with images of {image_kb} kB" if image_kb > 1 else ""
    steps = [after - before for before, after in pairwise(marks)]
    return [
        Figure(f"a day of {what}: destroyed in all", whole, "s", SECONDS, whole <= SECONDS),
        *(
            Figure(f"of that, {name}", seconds, "s")
            for name, seconds in zip(("to prepare", "to switch", "to shred"), steps, strict=True)
        ),
        Figure(f"longest write meanwhile, at {INTAKE} reads/s", blocked, "s", BLOCKED, blocked <= BLOCKED),
        Figure("writes meanwhile, 95th percentile", percentile(meanwhile, 0.95), "s"),
        Figure("writes before, 95th percentile", percentile(alone, 0.95), "s"),
        Figure("writes meanwhile", len(meanwhile) * BATCH / whole, "reads/s"),
    ]


def with_images(
    chunks: Iterable[Sequence[StoredRead]], keep: Collection[UUID] = (), large: bytes = IMAGE
) -> Iterator[list[StoredRead]]:
    """The same reads, each with two images that are there: of those to `keep`, large ones."""
    from plateward.reads.images import image_segments

    for chunk in chunks:
        images = [large if read.read.id in keep else IMAGE for read in chunk for _ in range(2)]
        places = iter(image_segments().append(chunk[0].day, images))
        yield [replace(read, context=next(places), plate_image=next(places)) for read in chunk]


def _noting(
    chunks: Iterable[Sequence[StoredRead]], chosen: Collection[int], keep: set[UUID]
) -> Iterator[Sequence[StoredRead]]:
    """Note the ids of those with a chosen number, before their images are made."""
    number = 0
    for chunk in chunks:
        keep |= {read.read.id for at, read in enumerate(chunk, number) if at in chosen}
        number += len(chunk)
        yield chunk


def _enter() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _take_reads(state: ValueProxy[float]) -> list[tuple[float, float]]:
    """When each write began, and how many seconds it took, until told to stop."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from plateward.reads.store import configured_store

    batches = MadeTraffic(INTAKE * 300 * DAYS, seed=2).reads_of(LAST, BATCH)
    writes = []
    state.value = 1.0
    due = time.perf_counter()
    for batch in batches:
        began, clock = time.time(), time.perf_counter()
        for reads in with_images([batch]):
            configured_store().append(LAST, reads)
        writes.append((began, time.perf_counter() - clock))
        due += BATCH / INTAKE
        time.sleep(max(0.0, due - time.perf_counter()))
        if state.value < 0:
            break
    return writes
