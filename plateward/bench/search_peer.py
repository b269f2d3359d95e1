"""What a straightforward table takes for the same searches: a row for each read, with btree and pg_trgm indexes, sorted
by time and counted. Without bodies and signatures, which is in its favor."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, percentile
from plateward.bench.made_traffic import WHOLE
from plateward.reads.queries import Order, PlateMatch, PlateQuery, ReadQuery

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from plateward.reads.store import ReadStore

TRIES = 20
WARMED_UP = 10  # searches of each, after which statements are prepared, as in kept connections
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
    """How many times faster than the table, by medians, for the same plates in the same run: all at the table, then all
    at the store, since no site has both, and each would push the other's pages out of memory."""
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
        for name, (condition, match) in WAYS.items():
            progress(f"postgresql: the plain table, {name}")
            query = f"FROM peer WHERE {condition}"
            statements = (
                f"SELECT * {query} ORDER BY captured_at DESC LIMIT {PAGE}",
                f"SELECT count(*) {query}",
            )
            theirs = _seconds(partial(_ask_table, cursor, statements), match, sampled)
            ours = _seconds(partial(_search, store, match), match, sampled)
            ratio = percentile(theirs, 0.5) / percentile(ours, 0.5)
            figures += [
                Figure(f"plain table, {name}, page and count, median", 1000 * percentile(theirs, 0.5), "ms"),
                Figure(f"the store, {name}, page and count, median", 1000 * percentile(ours, 0.5), "ms"),
                Figure(f"plain table by the store, {name}", ratio, "times", 100, ratio >= 100),
            ]
    return figures


def _seconds(search: Callable[[str], None], match: PlateMatch, plates: Sequence[str]) -> list[float]:
    """What each of TRIES searches takes after those that warm up."""
    seconds = []
    for plate in plates:
        text = _text(match, plate)
        began = time.perf_counter()
        search(text)
        seconds.append(time.perf_counter() - began)
    return seconds[WARMED_UP:]


def _ask_table(cursor: CursorWrapper, statements: Sequence[str], text: str) -> None:
    for statement in statements:
        cursor.execute(statement, [text])
        cursor.fetchall()


def _text(match: PlateMatch, plate: str) -> str:
    return plate[1:5] if match is PlateMatch.PARTIAL else plate


def _search(store: ReadStore, match: PlateMatch, text: str) -> None:
    query = ReadQuery(WHOLE, PlateQuery(f"*{text}*" if match is PlateMatch.PARTIAL else text, match))
    if store.page(query, Order.NEWEST, None, PAGE).after:  # else the page holds all, as on the hub's
        store.count(query, 10_000)
