"""The read store over four PostgreSQL servers beside the same reads on one: whether they answer alike, what a history
and a place cost on each, and what foreign partitions would cost. Five clusters of its own, all set alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from random import Random
from typing import TYPE_CHECKING

from plateward.bench.databases import own_process
from plateward.bench.figures import Figure, percentile
from plateward.bench.made_traffic import DATES, DAYS, LAST, TOWNS, MadeTraffic
from plateward.errors import PlatewardError
from plateward.reads.areas import Box
from plateward.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery, Span
from plateward.testing.postgres import Cluster, own_cluster

if TYPE_CHECKING:
    from plateward.reads.store import ReadStore

READS = 300_000
SHARDS = 4
TRIES = 100  # of each kind
AT_ONCE = 2_000
PAGE = 50
WITHIN = 1.5  # times one server's p95
MIDNIGHT = datetime.combine(LAST, time_of_day.min, UTC) + timedelta(days=1)
WHOLE = Span(MIDNIGHT - timedelta(days=DAYS), MIDNIGHT)


def run(progress: Callable[[str], None], reads: int = READS) -> list[Figure]:
    """Invented reads, always the same; a month of them."""
    progress("making five clusters")
    with ExitStack() as stack:
        clusters = [stack.enter_context(own_cluster()) for _ in range(SHARDS + 1)]
        made = [cluster for cluster in clusters if cluster]
        if not made:
            raise PlatewardError(
                "There is no PostgreSQL on this machine to make clusters from. Install Debian's postgresql."
            )
        environment = {
            "PLATEWARD_DATABASE_URL": made[0].url,
            "PLATEWARD_READ_SHARDS": " ".join(cluster.url for cluster in made[1:]),
            "PLATEWARD_DISK_ENCRYPTION": "throw-away benchmark",
        }
        child = stack.enter_context(own_process(environment))
        figures: list[Figure] = child.submit(_measure, progress, reads, made).result()
    return figures


def _measure(progress: Callable[[str], None], reads: int, clusters: Sequence[Cluster]) -> list[Figure]:
    from plateward.db.setup import setup

    setup(migrated=False)
    from django.conf import settings
    from django.db import DEFAULT_DB_ALIAS

    from plateward.bench.foreign_partitions import through_partitions
    from plateward.reads.images import day_keys
    from plateward.reads.store import configured_store
    from plateward.reads.store.postgres import PostgresStore
    from plateward.serve.hub import prepare
    from plateward.testing.destruction import destroy_day
    from plateward.vault.day_keys import DayKeys

    prepare()
    days = DayKeys(settings.DATA / "days of one", settings.RING)  # which days have reads is each store's own
    one, sharded = PostgresStore(DEFAULT_DB_ALIAS, days), configured_store()
    rates = _fill(MadeTraffic(reads), one, sharded, progress)
    figures = [Figure("reads", reads, ""), Figure("shards", SHARDS, "")]
    figures += [Figure(f"stored {where}", rate, "reads/s") for where, rate in rates.items()]
    kinds = _queries(one, Random(7))  # noqa: S311
    progress("comparing answers")
    different, compared = _differences(one, sharded, kinds)
    figures.append(Figure("answers compared", compared, ""))
    figures.append(Figure("answers that differ", different, "", 0, different == 0))
    for name, queries in kinds.items():
        progress(name)
        figures += _costs(name, queries, one, sharded)
    progress("through foreign partitions")
    figures += through_partitions(one, clusters[1:], kinds["history"], kinds["camera, 6 h"])
    progress("dropping a day")
    began = time.perf_counter()
    destroy_day(day_keys(), LAST)
    sharded.shred(LAST)
    figures.append(Figure("a day dropped on all shards", 1000 * (time.perf_counter() - began), "ms"))
    left = len(sharded.remains())
    figures.append(Figure("days that are left of it", left, "", 0, left == 0))
    progress("stopping a shard")
    figures += _one_stopped(clusters[-1], sharded, kinds)
    return figures


def _fill(
    traffic: MadeTraffic, one: ReadStore, sharded: ReadStore, progress: Callable[[str], None]
) -> dict[str, float]:
    seconds = {"on one server": 0.0, "on shards": 0.0}
    stored = 0
    for number, day in enumerate(DATES):
        progress(f"storing day {number + 1} of {DAYS}")
        for batch in traffic.reads_of(day, AT_ONCE):
            stored += len(batch)
            for where, store in zip(seconds, (one, sharded), strict=True):
                began = time.perf_counter()
                store.append(day, batch)
                seconds[where] += time.perf_counter() - began
    return {where: stored / spent for where, spent in seconds.items()}


def _queries(store: ReadStore, random: Random) -> dict[str, list[ReadQuery]]:
    """Of each kind, TRIES queries for what was read."""
    days = random.sample(store.days(), 5)
    plates = [
        plate for day in days for plate in random.sample(sorted(store.plates(day)), 40) if len(plate) > 4
    ]

    def of_plates(match: PlateMatch, change: Callable[[str], str] = str) -> list[ReadQuery]:
        return [ReadQuery(WHOLE, PlateQuery(change(random.choice(plates)), match)) for _ in range(TRIES)]

    return {
        "history": of_plates(PlateMatch.EXACT),
        "folded": of_plates(PlateMatch.FOLDED),
        "one-off": of_plates(PlateMatch.NEAR, lambda plate: plate[:2] + "7" + plate[3:]),
        "prefix of 4": of_plates(PlateMatch.PARTIAL, lambda plate: plate[:4] + "*"),
        "box of 20 km, 6 h": [_box(random) for _ in range(TRIES)],
        "camera, 6 h": [
            ReadQuery(_hours(random), cameras=frozenset({f"I-25 ahead {random.randrange(40)}"}))
            for _ in range(TRIES)
        ],
    }


def _hours(random: Random) -> Span:
    since = WHOLE.since + timedelta(hours=random.uniform(0, 24 * DAYS - 6))
    return Span(since, since + timedelta(hours=6))


def _box(random: Random) -> ReadQuery:
    lat, lon, _ = random.choices(TOWNS, [town[2] for town in TOWNS])[0]
    lat, lon = lat + random.uniform(-0.1, 0.1), lon + random.uniform(-0.1, 0.1)
    return ReadQuery(_hours(random), area=Box(lat - 0.09, lon - 0.11, lat + 0.09, lon + 0.11))


def _differences(one: ReadStore, sharded: ReadStore, kinds: Mapping[str, list[ReadQuery]]) -> tuple[int, int]:
    """How many answers differ, of how many."""
    asks: list[Callable[[ReadStore, ReadQuery], object]] = [
        *(lambda store, query, order=order: store.page(query, order, None, PAGE) for order in Order),
        lambda store, query: store.count(query, 1_000),
        lambda store, query: store.distinct_plates(query, PAGE),
        lambda store, query: store.common_stops(query, 2),
    ]
    pairs = [
        ask(one, query) == ask(sharded, query)
        for queries in kinds.values()
        for query in queries[: TRIES // 5]
        for ask in asks
    ]
    convoy = timedelta(seconds=30), 2, PAGE
    pairs += [
        one.companions(query, *convoy) == sharded.companions(query, *convoy)
        for query in kinds["history"][:20]
    ]
    return pairs.count(False), len(pairs)


def _costs(name: str, queries: Sequence[ReadQuery], one: ReadStore, sharded: ReadStore) -> Iterator[Figure]:
    """One query on both in turn, so that whatever else the machine does slows both alike."""
    times: dict[str, list[float]] = {"on one server": [], "on shards": []}
    for query in [*queries[:10], *queries]:
        for store, taken in zip((one, sharded), times.values(), strict=True):
            began = time.perf_counter()
            store.page(query, Order.NEWEST, None, PAGE)
            taken.append(1000 * (time.perf_counter() - began))
    p95 = {where: percentile(taken[10:], 0.95) for where, taken in times.items()}
    for where, value in p95.items():
        yield Figure(f"{name}, p95 {where}", value, "ms")
    ratio = p95["on shards"] / p95["on one server"]
    target = WITHIN if name == "history" else None
    yield Figure(
        f"{name}, p95 on shards by one server", ratio, "times", target, ratio <= target if target else None
    )


def _one_stopped(
    stopped: Cluster, sharded: ReadStore, kinds: Mapping[str, list[ReadQuery]]
) -> Iterator[Figure]:
    """Every answer either is whole or names the stopped shard."""
    from plateward.reads.store.shards import ShardDown

    stopped.stop()
    named, whole = 0, 0
    asked = [*kinds["history"], *kinds["box of 20 km, 6 h"]]
    for query in asked:
        try:
            sharded.page(query, Order.NEWEST, None, PAGE)
            whole += 1
        except ShardDown as error:
            named += f"shard {SHARDS}" in str(error)
    silent = len(asked) - whole - named
    yield Figure("with a shard stopped: histories answered, as other shards have them", whole, "")
    yield Figure("with a shard stopped: refusals that name it", named, "")
    yield Figure("with a shard stopped: neither", silent, "", 0, silent == 0)
