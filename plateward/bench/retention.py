"""The end of one busy day with its images, while the reads of another day come in."""

import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.managers import ValueProxy
from os import urandom
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from plateward.bench.figures import Figure, Progress, at_most, percentile

if TYPE_CHECKING:
    from plateward.field.reads.store.types import StoredRead

READS, KEPT = 350_000, 0.0165  # the share of them that are hits
IMAGE = urandom(1_000)  # the context and the plate
INTAKE, BATCH, AT_ONCE = 500, 50, 20_000  # reads a second, in batches; of the day that is made
SECONDS, BLOCKED = 60.0, 2.0  # targets: for all of it, and for a write meanwhile
SETTLE = 3.0  # seconds of intake alone, before and after


def run(progress: Progress, reads: int = READS) -> list[Figure]:
    """Another process takes the other day's reads, as a hub's listener for devices does."""
    from plateward.bench.hub import prepare_hub

    prepare_hub()
    from plateward.bench.made_reads import DATES, DAYS, MadeReads
    from plateward.field.reads import destruction
    from plateward.field.reads.store import configured_store

    progress(f"making a day of {reads:,} reads")
    day, chance, keep = DATES[0], Random(3), set[UUID]()  # noqa: S311
    for chunk in _with_images(MadeReads(reads * DAYS).of_day(day, AT_ONCE)):
        configured_store().append(day, chunk)
        keep |= {read.read.id for read in chunk if chance.random() < KEPT}
    spawn = get_context("spawn")
    with spawn.Manager() as manager, ProcessPoolExecutor(1, spawn, _enter) as other:
        state = manager.Value("d", 0.0)
        taking: Future[list[tuple[float, float]]] = other.submit(_take_reads, state)
        while not state.value and not taking.done():  # set once it has begun
            time.sleep(0.1)
        time.sleep(SETTLE)
        progress("destroying it")
        marks = [time.time()]
        destruction.prepare(day, keep)
        marks.append(time.time())
        destroyed = destruction.switch(day, keep, at=datetime.now(UTC), why="bench")
        marks.append(time.time())
        destruction.shred(day)
        marks.append(time.time())
        time.sleep(SETTLE)
        state.value = -1.0
        writes = taking.result()
    if (destroyed.kept, destroyed.reads) != (len(keep), reads - len(keep)):
        raise RuntimeError("It did not destroy what it should.")
    begun, *_, ended = marks
    meanwhile = [took for began, took in writes if began + took >= begun and began <= ended]
    alone = [took for began, took in writes if began + took < begun]
    if not meanwhile:
        raise RuntimeError("Nothing was written while the day was destroyed: there is no longest write.")
    what = f"{reads:,} reads and {2 * reads:,} images of 1 kB, {len(keep):,} reads kept"
    steps = zip(("to prepare", "to switch", "to shred"), pairwise(marks), strict=True)
    return [
        at_most(f"a day of {what}: destroyed in all", ended - begun, "s", SECONDS),
        *(Figure(f"of that, {name}", after - before, "s") for name, (before, after) in steps),
        at_most(f"longest write meanwhile, at {INTAKE} reads/s", max(meanwhile), "s", BLOCKED),
        Figure("writes meanwhile, 95th percentile", percentile(meanwhile, 0.95), "s"),
        Figure("writes before, 95th percentile", percentile(alone, 0.95), "s"),
        Figure("writes meanwhile", len(meanwhile) * BATCH / (ended - begun), "reads/s"),
    ]


def _with_images(chunks: Iterable[Sequence["StoredRead"]]) -> Iterator[list["StoredRead"]]:
    """The same reads, each with two images that are there."""
    from plateward.field.reads.images import image_segments

    for chunk in chunks:
        places = iter(image_segments().append(chunk[0].day, [IMAGE] * 2 * len(chunk)))
        yield [replace(read, context=next(places), plate_image=next(places)) for read in chunk]


def _enter() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _take_reads(state: ValueProxy[float]) -> list[tuple[float, float]]:
    """When each write began, and how many seconds it took, until told to stop."""
    from plateward.core.db.setup import setup

    setup(migrated=False)
    from plateward.bench.made_reads import DAYS, LAST, MadeReads
    from plateward.field.reads.store import configured_store

    batches = MadeReads(INTAKE * 300 * DAYS, seed=2).of_day(LAST, BATCH)
    writes = []
    state.value = 1.0
    due = time.perf_counter()
    for batch in batches:
        began, clock = time.time(), time.perf_counter()
        for reads in _with_images([batch]):
            configured_store().append(LAST, reads)
        writes.append((began, time.perf_counter() - clock))
        due += BATCH / INTAKE
        time.sleep(max(0.0, due - time.perf_counter()))
        if state.value < 0:
            break
    return writes
