"""A partition per day. The site declares its own disk's encryption at start (6.i.i)."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, ProgrammingError, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import UndefinedTable

from plateward.policy.trace import enforces
from plateward.reads.store.rows import (
    COLUMNS,
    SUMMARY_COLUMNS,
    day_bounds,
    from_row,
    ids_of_rows,
    source_rows,
    tail_rows,
    to_row,
    to_summary_row,
)
from plateward.reads.store.searches import Searches
from plateward.reads.store.selection import DayQuery, Row
from plateward.reads.store.types import ReadKey, StoredRead
from plateward.vault.day_keys import DayDestroyed
from plateward.wire.read import Read

PLATES = 500  # per query
ASSUMED = 10  # values
LOCK = 0x706C6174  # any number, the same in every hub node: only one of them makes a day's partitions
BY_TIME, BY_DAY = ("reads_read", "reads_summary"), ("reads_tail", "reads_source")


def make_partitions(cursor: CursorWrapper, day: date) -> None:
    """The day's part of each table."""
    first, after = day_bounds(day)
    for table in BY_TIME:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {table}_{day:%Y%m%d} PARTITION OF {table}"
            f" FOR VALUES FROM ({first}) TO ({after})"
        )
    for table in BY_DAY:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {table}_{day:%Y%m%d} PARTITION OF {table} FOR VALUES IN ('{day}')"
        )


def insert_search_rows(cursor: CursorWrapper, day: date, reads: Sequence[tuple[Read, str]]) -> None:
    """What searches ask of these reads and their readers, sorted by time and id. Whoever inserts rows in the same order
    as others waits for them at most, and they never for it."""
    marks = ",".join(["%s"] * len(SUMMARY_COLUMNS))
    cursor.executemany(
        f"INSERT INTO reads_summary ({','.join(SUMMARY_COLUMNS)}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
        [to_summary_row(read, reader) for read, reader in reads],
    )
    cursor.executemany(
        "INSERT INTO reads_source (day, camera, reader, deployment) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [(day, *row) for row in source_rows(reads)],
    )
    tails = tail_rows(read.plate for read, _ in reads)
    cursor.execute(
        "INSERT INTO reads_tail (day, tail, start, plate)"
        " SELECT %s, * FROM unnest(%s::text[], %s::smallint[], %s::text[]) ON CONFLICT DO NOTHING",
        [day, *([row[column] for row in tails] for column in range(3))],
    )


@enforces("6.j.i")
class PostgresStore(Searches):
    """This room's migrations make the parent tables and their triggers."""

    def __init__(self, database: str = DEFAULT_DB_ALIAS) -> None:
        self._database = database

    def _cursor(self) -> CursorWrapper:
        return connections[self._database].cursor()

    def make_day(self, day: date) -> None:
        """The day's part of each table, if it is not there."""
        with self._cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [f"reads_read_{day:%Y%m%d}"])
            if cursor.fetchone()[0]:
                return
        with transaction.atomic(using=self._database), self._cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            make_partitions(cursor, day)

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        first, after = day_bounds(day)
        with self._cursor() as cursor:
            cursor.execute(
                "SELECT id FROM reads_read WHERE captured_at >= %s AND captured_at < %s AND id = ANY(%s)",
                [first, after, [read_id.bytes for read_id in read_ids]],
            )
            return ids_of_rows(cursor.fetchall())

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        self.make_day(day)
        marks = ",".join(["%s"] * len(COLUMNS))
        with transaction.atomic(using=self._database), self._cursor() as cursor:
            known = self.stored_ids(day, [stored.read.id for stored in reads])
            new = [stored for stored in reads if stored.read.id not in known]
            new.sort(key=lambda stored: (stored.read.captured_at, stored.read.id))  # see insert_search_rows
            cursor.executemany(
                f"INSERT INTO reads_read ({','.join(COLUMNS)}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
                [to_row(stored) for stored in new],
            )
            insert_search_rows(cursor, day, [(stored.read, stored.reader) for stored in new])

    def get(self, placed: ReadKey) -> StoredRead | None:
        first, after = day_bounds(placed.day)
        with self._cursor() as cursor:
            cursor.execute(
                f"SELECT {','.join(COLUMNS)} FROM reads_read"  # noqa: S608  # constants
                " WHERE captured_at >= %s AND captured_at < %s AND id = %s",
                [first, after, placed.id.bytes],
            )
            row = cursor.fetchone()
        return from_row(row) if row else None

    def days(self) -> list[date]:
        with self._cursor() as cursor:
            cursor.execute(
                "SELECT right(inhrelid::regclass::text, 8) FROM pg_inherits"
                " WHERE inhparent = to_regclass('reads_read') ORDER BY 1"
            )
            return [date.fromisoformat(day) for (day,) in cursor.fetchall()]

    def drop_day(self, day: date) -> None:
        """Drop the day's part of each table, if it is there."""
        with transaction.atomic(using=self._database), self._cursor() as cursor:
            for table in BY_TIME + BY_DAY:
                cursor.execute(f"DROP TABLE IF EXISTS {table}_{day:%Y%m%d}")

    def plates(self, day: date) -> Iterator[str]:
        [rows] = self.select([DayQuery(day, "SELECT plate FROM {tail} AND start = 0 ORDER BY plate")])
        for (plate,) in rows:
            yield plate

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        first, after = day_bounds(day)
        columns = ",".join(f"reads_read.{column}" for column in COLUMNS)
        plate_list = list(plates)
        for start in range(0, len(plate_list), PLATES):
            with self._cursor() as cursor:
                cursor.execute(
                    # Locks the tables in the order in which make_partitions and drop_day do.
                    f"SELECT {columns} FROM reads_read JOIN reads_summary USING (captured_at, id)"  # noqa: S608
                    " WHERE reads_summary.captured_at >= %s AND reads_summary.captured_at < %s"
                    " AND reads_read.captured_at >= %s AND reads_read.captured_at < %s"
                    " AND reads_summary.plate = ANY(%s)"
                    " ORDER BY reads_summary.plate, captured_at DESC",
                    [first, after, first, after, plate_list[start : start + PLATES]],
                )
                rows = cursor.fetchall()
            yield from map(from_row, rows)

    def select(self, queries: Sequence[DayQuery]) -> list[list[Row]]:
        """Asks the days' own partitions: the planner takes ten times as long to choose among all."""
        if not queries:
            return []
        if len(queries) == 1:
            return [self._fetch(_in_partitions(queries[0]), queries)]
        parts = " UNION ALL ".join(
            f"SELECT {number}, part.* FROM ({_in_partitions(query)}) AS part"  # noqa: S608
            for number, query in enumerate(queries)
        )
        answers: list[list[Row]] = [[] for _ in queries]
        for row in self._fetch(parts, queries):
            answers[row[0]].append(row[1:])
        return answers

    def _fetch(self, sql: str, queries: Sequence[DayQuery]) -> list[Row]:
        around = (
            transaction.atomic(using=self._database)
            if connections[self._database].in_atomic_block
            else nullcontext()
        )
        try:
            with around, self._cursor() as cursor:
                cursor.execute(sql, [_padded(value) for query in queries for value in query.parameters])
                rows: list[Row] = cursor.fetchall()
                return rows
        except ProgrammingError as error:
            if isinstance(error.__cause__, UndefinedTable):
                days = " or ".join(sorted({str(query.day) for query in queries}))
                raise DayDestroyed(
                    f"The data of {days} was destroyed when its retention ended (OPR:50 6.h.ii)."
                ) from None
            raise


def _padded(value: Any) -> Any:
    """A list with as many values at least as the planner assumes of one that it does not know: for fewer, it would plan
    the question again each time, which takes longer than the answer."""
    if not isinstance(value, list) or not value:
        return value
    return [*value, *[value[0]] * (ASSUMED - len(value))]


def _in_partitions(query: DayQuery) -> str:
    number = f"{query.day:%Y%m%d}"
    return query.sql.format(
        summary=f"reads_summary_{number} WHERE TRUE",
        tail=f"reads_tail_{number} WHERE day = '{query.day}'",  # the indexes begin with it
        source=f"reads_source_{number} WHERE day = '{query.day}'",
    )
