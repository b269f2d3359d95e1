"""Questions about a day, as the server gets them; and what is written into its partitions, or into the tables of what
is kept of a day."""

from collections.abc import Sequence
from datetime import date

from django.db.backends.utils import CursorWrapper

from plateward.field.reads.store.partitions import number_of
from plateward.field.reads.store.rows import (
    COLUMNS,
    SUMMARY_COLUMNS,
    ids_of_rows,
    source_rows,
    tail_rows,
    to_row,
    to_summary_row,
)
from plateward.field.reads.store.selection import DayQuery
from plateward.field.reads.store.types import StoredRead
from plateward.ground.wire.read import Read


def in_partitions(query: DayQuery) -> str:
    """The question on the day's own partitions."""
    number = number_of(query.day)
    return query.sql.format(
        read=f"reads_read_{number}",
        searched=f"reads_summary_{number}",
        summary=f"reads_summary_{number} WHERE TRUE",
        tail=f"reads_tail_{number} WHERE TRUE",
        source=f"reads_source_{number} WHERE TRUE",
    )


def insert_reads(cursor: CursorWrapper, day: date, reads: Sequence[StoredRead], end: str = "") -> None:
    """Reads whose ids are not there yet, and what searches ask of them. `end`, as the names of tables end of what is
    kept of a day. Whoever inserts rows in the same order as others waits for them at most, and they never for it."""
    by_id = {stored.read.id: stored for stored in reversed(reads)}
    cursor.execute(
        f"INSERT INTO reads_id{end} (day, id) SELECT %s, unnest(%s::bytea[])"
        " ON CONFLICT DO NOTHING RETURNING id",
        [day, sorted(read_id.bytes for read_id in by_id)],
    )
    new = [by_id[read_id] for read_id in sorted(ids_of_rows(cursor.fetchall()))]
    marks = ",".join(["%s"] * len(COLUMNS))
    cursor.executemany(
        f"INSERT INTO reads_read{end} ({','.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608
        [to_row(stored) for stored in new],
    )
    _insert_search_rows(cursor, day, [(stored.read, stored.reader) for stored in new], end)


def _insert_search_rows(
    cursor: CursorWrapper, day: date, reads: Sequence[tuple[Read, str]], end: str
) -> None:
    marks = ",".join(["%s"] * len(SUMMARY_COLUMNS))
    cursor.executemany(
        f"INSERT INTO reads_summary{end} ({','.join(SUMMARY_COLUMNS)}) VALUES ({marks})",  # noqa: S608
        [to_summary_row(read, reader) for read, reader in reads],
    )
    cursor.executemany(
        f"INSERT INTO reads_source{end} (day, camera, reader, deployment) VALUES (%s, %s, %s, %s)"  # noqa: S608
        " ON CONFLICT DO NOTHING",
        [(day, *row) for row in source_rows(reads)],
    )
    tails = tail_rows(read.plate for read, _ in reads)
    cursor.execute(
        f"INSERT INTO reads_tail{end} (day, tail, start, folded)"  # noqa: S608
        " SELECT %s, * FROM unnest(%s::text[], %s::smallint[], %s::text[]) ON CONFLICT DO NOTHING",
        [day, *([row[column] for row in tails] for column in range(3))],
    )
