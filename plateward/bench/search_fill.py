"""Fills the read store with made reads, in bulk: many in a transaction on SQLCipher, COPY on PostgreSQL."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from plateward.bench.made_traffic import DATES, DAYS, MadeTraffic
from plateward.reads.store.rows import (
    COLUMNS,
    SUMMARY_COLUMNS,
    source_rows,
    tail_rows,
    to_row,
    to_summary_row,
)
from plateward.reads.store.types import StoredRead

AT_ONCE = 20_000


def fill(reads: int, progress: Callable[[str], None]) -> int:
    """All days of the made traffic; of those that a run before this one stored whole, none again. Returns how many
    reads it stored."""
    from plateward.reads.store import configured_store

    traffic, there = MadeTraffic(reads), configured_store().days()
    if set(DATES) <= set(there):
        return 0
    stored = 0
    for number, day in enumerate(DATES):
        progress(f"storing day {number + 1} of {DAYS}")
        chunks = traffic.reads_of(day, AT_ONCE)
        if day in there:
            list(chunks)  # the days after it need the same vehicles
        else:
            store_day(day, chunks)
            stored += traffic.per_day
    return stored


def store_day(day: date, chunks: Iterable[Sequence[StoredRead]]) -> None:
    """Reads of one day that has none."""
    from django.db import connection

    (_copy_day if connection.vendor == "postgresql" else _insert_day)(day, chunks)


def disk_bytes() -> tuple[int, int]:
    """What all reads take with their bodies and signatures, and what of it only searches need."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(inhrelid)), sum(pg_total_relation_size(inhrelid))"
                " FILTER (WHERE inhparent <> 'reads_read'::regclass) FROM pg_inherits"
                " JOIN pg_class ON pg_class.oid = inhrelid WHERE relkind = 'r'"
            )
            whole, search = cursor.fetchone()
            return int(whole), int(search)
    files = list(Path(settings.DATA, "reads").glob("*.db*"))
    return sum(file.stat().st_size for file in files), _search_bytes()


def _search_bytes() -> int:
    """Drops what only searches need and counts the pages that come free, then undoes it."""
    from plateward.reads.store import configured_store

    return sum(map(_freed, configured_store().days()))


def _freed(day: date) -> int:
    with closing(_opened(day)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for table in ("reads_summary", "reads_tail", "reads_source"):
            connection.execute(f"DROP TABLE {table}")
        [(pages,), (size,)] = (
            connection.execute(f"PRAGMA {it}").fetchone() for it in ("freelist_count", "page_size")
        )
        connection.execute("ROLLBACK")
    return int(pages) * int(size)


def _opened(day: date) -> Any:
    from django.conf import settings

    from plateward.reads.images import day_keys
    from plateward.reads.store.day_files import open_day

    day_keys().key(day)
    return open_day(Path(settings.DATA, "reads", f"{day}.db"), day_keys().derive(day, "reads"))


def _insert_day(day: date, chunks: Iterable[Sequence[StoredRead]]) -> None:
    from plateward.reads.store.day_files import insert_reads

    with closing(_opened(day)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        for chunk in chunks:
            connection.execute("BEGIN IMMEDIATE")
            insert_reads(connection, chunk)
            connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _copy_day(day: date, chunks: Iterable[Sequence[StoredRead]]) -> None:
    from django.db import connection, transaction

    from plateward.reads.store.partitions import make_partitions

    plates: set[str] = set()
    sources: set[tuple[str, str, str]] = set()
    with connection.cursor() as cursor:
        make_partitions(cursor, day)
    with transaction.atomic(), connection.cursor() as cursor:
        for chunk in chunks:
            reads = [(stored.read, stored.reader) for stored in chunk]
            _copy(cursor, "reads_read", COLUMNS, map(to_row, chunk))
            _copy(cursor, "reads_summary", SUMMARY_COLUMNS, (to_summary_row(*read) for read in reads))
            plates.update(read.plate for read, _ in reads)
            sources.update(source_rows(reads))
        _copy(
            cursor,
            "reads_tail",
            ("day", "tail", "start", "plate"),
            ((day, *row) for row in tail_rows(plates)),
        )
        columns = ("day", "camera", "reader", "deployment")
        _copy(cursor, "reads_source", columns, ((day, *row) for row in sorted(sources)))
    vacuum(day)


def vacuum(day: date) -> None:
    """On PostgreSQL, what its own would do later."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("reads_read", "reads_summary", "reads_tail", "reads_source"):
            cursor.execute(f"VACUUM ANALYZE {table}_{day:%Y%m%d}")


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {table} ({','.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
