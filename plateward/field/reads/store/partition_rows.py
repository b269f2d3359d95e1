"""Questions of several days, as the server gets them: of the days' own partitions, with each value once; and what is
written into these, or into the tables of what is kept of a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper

from plateward.field.reads.store.partitions import number_of
from plateward.field.reads.store.rows import (
    COLUMNS,
    SUMMARY_COLUMNS,
    source_rows,
    tail_rows,
    to_row,
    to_summary_row,
)
from plateward.field.reads.store.selection import DayQuery
from plateward.field.reads.store.types import StoredRead
from plateward.ground.wire.read import Read

ASSUMED = 10  # values


def numbered(sql: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The statement with $1, $2 … for its marks, and their values. What each day of a question names goes along
    once."""
    numbers: dict[Any, int] = {}
    distinct, marks = [], []
    for value in values:
        key = id(value) if isinstance(value, list) else (type(value), value)
        if key not in numbers:
            distinct.append(_padded(value))
            numbers[key] = len(distinct)
        marks.append(f"${numbers[key]}")
    return sql % tuple(marks), distinct


def _padded(value: Any) -> Any:
    """A list with as many values at least as the planner assumes of one that it does not know: for fewer, it would plan
    the question again each time, which takes longer than the answer."""
    if not isinstance(value, list) or not value:
        return value
    return [*value, *[value[0]] * (ASSUMED - len(value))]


def in_partitions(query: DayQuery) -> str:
    number = number_of(query.day)
    return query.sql.format(
        summary=f"reads_summary_{number} WHERE TRUE",
        tail=f"reads_tail_{number} WHERE day = '{query.day}'",  # the indexes begin with it
        source=f"reads_source_{number} WHERE day = '{query.day}'",
        among="= ANY(ARRAY(",  # of unknown length: not to be joined with all reads
        end="))",
    )


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
