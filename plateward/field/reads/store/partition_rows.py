"""Questions about a day, as the server gets them; and what is written into its partitions, or into the tables of what
is kept of a day."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection
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
from plateward.field.reads.store.selection import DayQuery, Row
from plateward.field.reads.store.types import StoredRead

PARAMETERS = 800  # of a statement. The server takes 65,535, but is slower with many


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
    by_id = {stored.read.id.bytes: stored for stored in reversed(reads)}
    stored_ids = _insert(
        cursor, f"reads_id{end}", ("day", "id"), [(day, read_id) for read_id in sorted(by_id)],
        "ON CONFLICT DO NOTHING RETURNING id",
    )  # fmt: skip
    new = [by_id[read_id] for read_id in sorted(bytes(row[0]) for row in stored_ids)]
    _copy(cursor, f"reads_read{end}", COLUMNS, map(to_row, new))
    summaries = (to_summary_row(stored.read, stored.reader) for stored in new)
    _copy(cursor, f"reads_summary{end}", SUMMARY_COLUMNS, summaries)
    for table, columns, rows in (
        (
            "reads_source",
            ("camera", "reader", "deployment"),
            source_rows((item.read, item.reader) for item in new),
        ),
        ("reads_tail", ("tail", "start", "folded"), tail_rows(item.read.plate for item in new)),
    ):
        of_day = [(day, *row) for row in rows]
        _insert(cursor, f"{table}{end}", ("day", *columns), of_day, "ON CONFLICT DO NOTHING")


def _copy(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """These rows, of which none may be there. Of 500 reads in half the time of statements."""
    with (
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({','.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _insert(
    cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Sequence[Row], then: str
) -> list[Row]:
    """These rows by statements of many, and what these return. On a cluster each goes to each shard once; rows of a
    SELECT take it ten times as long, and one statement a row a way to a node for each."""
    returned: list[Row] = []
    marks = f"({','.join(['%s'] * len(columns))})"
    most = PARAMETERS // len(columns)
    for some in (rows[start : start + most] for start in range(0, len(rows), most)):
        cursor.execute(
            f"INSERT INTO {table} ({','.join(columns)}) VALUES {','.join([marks] * len(some))} {then}",  # noqa: S608
            [value for row in some for value in row],
        )
        returned += cursor.fetchall() if "RETURNING" in then else []
    return returned
