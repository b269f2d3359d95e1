"""The shards as native partitions: foreign tables (postgres_fdw) of the hub's table that is partitioned by hash. What a
history and a camera cost if the hub's database asks the shards, rather than the hub itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from plateward.bench.figures import Figure, percentile
from plateward.reads.queries import Order, ReadQuery

if TYPE_CHECKING:
    from plateward.reads.store import ReadStore
    from plateward.testing.postgres import Cluster

PAGE = 50


def through_partitions(
    store: ReadStore, shards: Sequence[Cluster], histories: Sequence[ReadQuery], cameras: Sequence[ReadQuery]
) -> Iterator[Figure]:
    """Each query has one plate or cameras, and nothing else but its time."""
    from plateward.reads.store.rows import SUMMARY_COLUMNS

    _attach(shards)
    columns = ",".join(SUMMARY_COLUMNS)
    kinds: dict[str, tuple[Callable[[ReadQuery], tuple[str, list[Any]]], Sequence[ReadQuery]]] = {
        "history": (_of_plate, histories),
        "camera, 6 h": (_of_cameras, cameras),
    }
    for name, (where, queries) in kinds.items():
        times, scans, different = [], [], 0
        for query in queries:
            condition, parameters = where(query)
            sql = (
                f"SELECT {columns} FROM reads_sharded WHERE {condition} AND captured_at >= %s AND captured_at < %s"  # noqa: S608
                f" ORDER BY captured_at DESC, id DESC LIMIT {PAGE}"
            )
            parameters += [int(moment.timestamp() * 1e6) for moment in (query.span.since, query.span.until)]
            began = time.perf_counter()
            rows = _fetched(sql, parameters)
            times.append(1000 * (time.perf_counter() - began))
            page = store.page(query, Order.NEWEST, None, PAGE)
            different += [bytes(row[1]) for row in rows] != [row.id.bytes for row in page.rows]
            scans.append(sum("Foreign Scan" in line for (line,) in _fetched(f"EXPLAIN {sql}", parameters)))
        yield Figure(f"{name} through foreign partitions, p95", percentile(times, 0.95), "ms")
        yield Figure(f"{name} through foreign partitions, shards asked", max(scans), "")
        yield Figure(
            f"{name} through foreign partitions, answers that differ", different, "", 0, different == 0
        )


def _attach(shards: Sequence[Cluster]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION postgres_fdw")
        for number, shard in enumerate(shards):
            cursor.execute(
                f"CREATE SERVER shard_{number} FOREIGN DATA WRAPPER postgres_fdw"
                f" OPTIONS (host '{shard.folder}', dbname 'postgres', async_capable 'true', fetch_size '1000')"
            )
            cursor.execute(
                f"CREATE USER MAPPING FOR CURRENT_USER SERVER shard_{number} OPTIONS (user 'plateward')"
            )
            cursor.execute(
                f"CREATE FOREIGN TABLE reads_shard_{number} PARTITION OF reads_sharded"
                f" FOR VALUES WITH (MODULUS {len(shards)}, REMAINDER {number}) SERVER shard_{number}"
                " OPTIONS (schema_name 'public', table_name 'reads_summary')"
            )


def _of_plate(query: ReadQuery) -> tuple[str, list[Any]]:
    from plateward.matching.normalize import fold
    from plateward.reads.store.shards import HASHED

    text = query.plate.text if query.plate else ""
    either = ["0O" if char in "0O" else char for char in text]
    plates = ["".join(chars) for chars in product(*either)]
    return f"plate IN ({','.join(['%s'] * len(plates))}) AND {HASHED} = %s", [*plates, fold(text)]


def _of_cameras(query: ReadQuery) -> tuple[str, list[Any]]:
    return f"camera IN ({','.join(['%s'] * len(query.cameras))})", sorted(query.cameras)


def _fetched(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
