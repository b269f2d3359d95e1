"""What searches cost among 1, 10 and 100 million reads, on a PostgreSQL cluster of its own, in one run.

The cluster is set to make reads fast, and then back to what a site's waits for and keeps, to be measured. Each size is
measured twice, with different searches: when it has just been started, and once that has filled its caches. All reads
may take GROWTH times what a tenth of them may, and what a tenth of them did.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from plateward.bench.databases import own_process
from plateward.bench.figures import Figure, percentile
from plateward.bench.made_traffic import DATES
from plateward.errors import PlatewardError
from plateward.testing.postgres import Cluster, own_cluster

if TYPE_CHECKING:
    from datetime import date

    from plateward.reads.store import ReadStore

READS = 100_000_000
SHARES = (100, 10, 1)  # of which each is measured
GROWTH = 2.0
DAYS_AT_ONCE = 2
MAKING = (
    "fsync=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=20GB",
    "checkpoint_timeout=1h",
    "autovacuum=off",
    "shared_buffers=1GB",
    "work_mem=2GB",
    "maintenance_work_mem=1GB",
    "max_parallel_workers_per_gather=0",  # the days made at once keep the cores busy
    "max_parallel_maintenance_workers=0",
)

Keep = Callable[[Iterable[Figure]], None]


def run(
    progress: Callable[[str], None], reads: int = READS, tell: Callable[[str], None] = lambda _: None
) -> list[Figure]:
    """Of `reads`, a hundredth and a tenth are measured before all. `tell` gets each figure as soon as it is measured.
    Raises PlatewardError."""
    if reads % SHARES[0]:
        raise PlatewardError("The reads must be whole hundreds: a hundredth of them is made first.")
    with own_cluster(durable=True) as cluster:
        if cluster is None:
            raise PlatewardError(
                "There is no PostgreSQL on this machine to make a cluster from. Install Debian's postgresql."
            )
        environment = {
            "PLATEWARD_DATABASE_URL": cluster.url,
            "PLATEWARD_DISK_ENCRYPTION": "throw-away benchmark",
        }
        with own_process(environment) as child:
            figures: list[Figure] = child.submit(_measure, progress, reads, tell, cluster).result()
            return figures


def _measure(
    progress: Callable[[str], None], reads: int, tell: Callable[[str], None], cluster: Cluster
) -> list[Figure]:
    from plateward.bench.search import made_store

    figures: list[Figure] = []

    def keep(measured: Iterable[Figure]) -> None:
        for figure in measured:
            figures.append(figure)
            tell(f"{figure.name}: {figure.value:,.1f} {figure.unit}")

    cluster.restart(*MAKING)
    store, made = made_store(reads // SHARES[0], progress)
    keep(made)
    p95: Mapping[str, float] = {}
    for step, share in enumerate(SHARES):
        size = reads // share
        if step:
            _restart(cluster, *MAKING)
            keep([_grow(step - 1, size, progress)])
        _restart(cluster)
        os.sync()  # nothing is left to be written to the disk while searches are measured
        keep(_disk(size, bodies=not step))
        measured = partial(_p95, store, size, GROWTH if share == 1 else 1.0, progress)
        measured("just started", Random(7), keep)  # noqa: S311
        p95 = measured("", Random(8), keep, before=p95)  # noqa: S311
    return figures


def _restart(cluster: Cluster, *settings: str) -> None:
    """Without settings, as a site's."""
    from django.db import connection

    connection.close()
    cluster.restart(*settings)


def _grow(step: int, size: int, progress: Callable[[str], None]) -> Figure:
    from plateward.bench.search_fill import vacuum

    done: list[date] = []

    def grow(day: date) -> int:
        from django.db import connection

        from plateward.bench.grown_days import grow_day

        try:
            made = grow_day(day, step)
        finally:
            connection.close()
        done.append(day)
        progress(f"{size:,} reads: {len(done)} of {len(DATES)} days made")
        return made

    began = time.perf_counter()
    with ThreadPoolExecutor(DAYS_AT_ONCE) as threads:
        made = sum(threads.map(grow, DATES))
    for day in (
        DATES
    ):  # not while another is made: what a transaction may still not see is not marked as seen by all
        vacuum(day)
    return Figure(f"{size:,} reads, made within PostgreSQL", made / (time.perf_counter() - began), "reads/s")


def _disk(size: int, *, bodies: bool) -> Iterable[Figure]:
    from plateward.bench.search_fill import disk_bytes

    whole, search = disk_bytes()
    if bodies:
        yield Figure(f"{size:,} reads, disk per read", whole / size, "bytes")
    yield Figure(f"{size:,} reads, disk per read, of which for searches", search / size, "bytes")


def _p95(
    store: ReadStore,
    size: int,
    growth: float,
    progress: Callable[[str], None],
    when: str,
    random: Random,
    keep: Keep,
    before: Mapping[str, float] | None = None,
) -> Mapping[str, float]:
    """Of each kind of search, in ms, each with `growth` times its target. What a tenth of the reads took before, it may
    take GROWTH times."""
    from plateward.bench.search import milliseconds, searches

    by_kind: dict[str, float] = {}
    for name, (within, tries) in searches(store, random).items():
        called = ", ".join(filter(None, (f"{size:,} reads", when, name)))
        progress(called)
        times = milliseconds(tries)
        by_kind[name] = p95 = percentile(times, 0.95)
        target = None if when else within * growth
        keep(
            [
                Figure(f"{called}, median", percentile(times, 0.5), "ms"),
                Figure(f"{called}, p95", p95, "ms", target, None if target is None else p95 <= target),
            ]
        )
        if before:
            ratio = p95 / before[name]
            keep([Figure(f"{called}, p95 by a tenth of the reads", ratio, "times", GROWTH, ratio <= GROWTH)])
    return by_kind
