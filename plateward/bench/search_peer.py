"""What a straightforward table takes for the same searches: a row for each read, with btree and pg_trgm indexes, sorted
by time and counted. Without bodies and signatures, which is in its favor."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, percentile
from plateward.bench.made_traffic import WHOLE
from plateward.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery

if TYPE_CHECKING:
    from plateward.reads.store import ReadStore

TRIES = 20
WARMED_UP = 10  # searches, after which the store's statements are prepared, as in the hub's kept connections
PAGE = 50  # rows
MAKE = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS fuzzystrmatch",
    "CREATE TABLE IF NOT EXISTS peer AS SELECT id, to_timestamp(captured_at / 1e6) AS captured_at,"
    ' plate COLLATE "default" AS plate, state, camera, reader, lat, lon, heading, kind, color, make, deployment'
    " FROM reads_summary",
    "CREATE INDEX IF NOT EXISTS peer_plate ON peer (plate)",
    "CREATE INDEX IF NOT EXISTS peer_time ON peer (captured_at)",
    "CREATE INDEX IF NOT EXISTS peer_grams ON peer USING gin (plate gin_trgm_ops)",
    "VACUUM ANALYZE peer",
)
WAYS = {
    "contains": ("plate ILIKE '%%' || %s || '%%'", PlateMatch.PARTIAL),
    "similar": ("plate %% %s", PlateMatch.NEAR),  # similarity of 0.3 at least, by the index
    "levenshtein at most 1": ("levenshtein(plate, %s) <= 1", PlateMatch.NEAR),
}


def against_peer(store: ReadStore, progress: Callable[[str], None]) -> list[Figure]:
    """How many times faster than the table, by medians, for the same plates in the same run."""
    from django.db import connection

    random = Random(11)  # noqa: S311
    figures = []
    with connection.cursor() as cursor:
        progress("postgresql: making the plain table")
        for statement in MAKE:
            cursor.execute(statement)
        sampled = random.sample(
            sorted(plate for plate in store.plates(store.days()[-1]) if len(plate) >= 6), TRIES + WARMED_UP
        )
        plates, others = sampled[:TRIES], sampled[TRIES:]
        for name, (condition, match) in WAYS.items():
            progress(f"postgresql: the plain table, {name}")
            theirs, ours = [], []
            for plate in others:
                _search(store, match, _text(match, plate))
            for plate in plates:
                text = _text(match, plate)
                began = time.perf_counter()
                cursor.execute(
                    f"SELECT * FROM peer WHERE {condition} ORDER BY captured_at DESC LIMIT {PAGE}",  # noqa: S608
                    [text],
                )
                cursor.fetchall()
                cursor.execute(f"SELECT count(*) FROM peer WHERE {condition}", [text])  # noqa: S608
                cursor.fetchall()
                theirs.append(time.perf_counter() - began)
                began = time.perf_counter()
                _search(store, match, text)
                ours.append(time.perf_counter() - began)
            ratio = percentile(theirs, 0.5) / percentile(ours, 0.5)
            figures += [
                Figure(f"plain table, {name}, page and count, median", 1000 * percentile(theirs, 0.5), "ms"),
                Figure(f"the store, {name}, page and count, median", 1000 * percentile(ours, 0.5), "ms"),
                Figure(f"plain table by the store, {name}", ratio, "times", 100, ratio >= 100),
            ]
    return figures


def _text(match: PlateMatch, plate: str) -> str:
    return plate[1:5] if match is PlateMatch.PARTIAL else plate


def _search(store: ReadStore, match: PlateMatch, text: str) -> None:
    query = ReadQuery(WHOLE, PlateQuery(f"*{text}*" if match is PlateMatch.PARTIAL else text, match))
    if store.page(query, Order.NEWEST, None, PAGE).after:  # else the page holds all, as on the hub's
        store.count(query, 10_000)
