"""What is written into a day's partitions, or into the tables of what is kept of it."""

from collections.abc import Sequence
from datetime import date

from django.db.backends.utils import CursorWrapper

from plateward.reads.store.rows import (
    COLUMNS,
    SUMMARY_COLUMNS,
    source_rows,
    tail_rows,
    to_row,
    to_summary_row,
)
from plateward.reads.store.types import StoredRead
from plateward.wire.read import Read


def insert_reads(cursor: CursorWrapper, day: date, reads: Sequence[StoredRead], end: str = "") -> None:
    """Reads that are not there yet, and what searches ask of them. `end`, as the names of tables end of what is kept of
    a day. Whoever inserts rows in the same order as others waits for them at most, and they never for it."""
    reads = sorted(reads, key=lambda stored: (stored.read.captured_at, stored.read.id))
    marks = ",".join(["%s"] * len(COLUMNS))
    cursor.executemany(
        f"INSERT INTO reads_read{end} ({','.join(COLUMNS)}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
        [to_row(stored) for stored in reads],
    )
    _insert_search_rows(cursor, day, [(stored.read, stored.reader) for stored in reads], end)


def _insert_search_rows(
    cursor: CursorWrapper, day: date, reads: Sequence[tuple[Read, str]], end: str
) -> None:
    marks = ",".join(["%s"] * len(SUMMARY_COLUMNS))
    cursor.executemany(
        f"INSERT INTO reads_summary{end} ({','.join(SUMMARY_COLUMNS)}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
        [to_summary_row(read, reader) for read, reader in reads],
    )
    cursor.executemany(
        f"INSERT INTO reads_source{end} (day, camera, reader, deployment) VALUES (%s, %s, %s, %s)"  # noqa: S608
        " ON CONFLICT DO NOTHING",
        [(day, *row) for row in source_rows(reads)],
    )
    tails = tail_rows(read.plate for read, _ in reads)
    cursor.execute(
        f"INSERT INTO reads_tail{end} (day, tail, start, plate)"  # noqa: S608
        " SELECT %s, * FROM unnest(%s::text[], %s::smallint[], %s::text[]) ON CONFLICT DO NOTHING",
        [day, *([row[column] for row in tails] for column in range(3))],
    )
