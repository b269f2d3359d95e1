"""A published month as a file. Nothing in it changes any more, so it is made once."""

from collections import Counter
from dataclasses import asdict
from datetime import date
from functools import lru_cache

import msgspec

from plateward.core.pages.csv_export import csv_bytes
from plateward.ground.policy.trace import enforces
from plateward.oversight.proven_entries import prove_entries
from plateward.oversight.published_log.gathering import entries_of, stated_rows
from plateward.oversight.published_log.models import PublishedMonth
from plateward.oversight.published_log.rules import COLUMNS, K

FORMAT = "plateward.search-log.v1"
KEPT = 8  # files of each kind that a process keeps at hand, whoever asks for more
MOST_REPEATS = 10
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "proof": "application/json"}


@enforces("SB40.confid/audit")
def file_of(month: PublishedMonth, kind: str, today: date) -> bytes:
    """The month's rows as CSV or JSON (docs/published-log.md), or its entries with their proofs under a checkpoint of
    today."""
    if kind == "proof":
        return _proof(month.month, today)
    return _rows(month.month, month.coarser, month.withheld, kind)


@lru_cache(KEPT)
def _rows(month: date, coarser: int, withheld: int, kind: str) -> bytes:
    rows, name = stated_rows(month), f"{month:%Y-%m}"
    if kind == "csv":
        return csv_bytes(["month", *COLUMNS], ([name, *asdict(row).values()] for row in rows))
    facts = {"format": FORMAT, "month": name, "least": K, "coarser": coarser, "withheld": withheld}
    return msgspec.json.encode({**facts, "rows": [asdict(row) for row in rows]}) + b"\n"


@lru_cache(KEPT)
def _proof(month: date, _: date) -> bytes:
    return prove_entries([entry.sequence for entry in entries_of(month)])


@lru_cache(KEPT)
def repeats(months: tuple[date, ...]) -> list[tuple[str, str, int]]:
    """Which officers looked for the same plate most often in these months: officer, plate, how often."""
    counted = Counter((row.officer, row.plate) for month in months for row in stated_rows(month) if row.plate)
    return [(officer, plate, times) for (officer, plate), times in counted.most_common(MOST_REPEATS)]
