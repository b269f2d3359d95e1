"""A SQLCipher file per day, under that day's key. Destroying the key destroys the day."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlcipher3 import dbapi2 as sqlcipher

from plateward.policy.trace import enforces
from plateward.reads.store.day_files import insert_reads
from plateward.reads.store.pool import DayPool
from plateward.reads.store.rows import COLUMNS, from_row, ids_of_rows
from plateward.reads.store.searches import Searches
from plateward.reads.store.selection import DayQuery, Row
from plateward.reads.store.types import ReadKey, StoredRead
from plateward.vault.day_keys import DayKeys

PLACES = re.compile(r"= ANY\(%s\)|%s")
TABLES = {table: f"reads_{table} WHERE TRUE" for table in ("summary", "tail", "source")}


@enforces("6.h.ii", "6.i.i", "6.j.i", "MP-6", "SC-28")
class SqlcipherStore(Searches):
    """Threads share a pool of open files; SQLite queues the writers of a day."""

    def __init__(self, directory: Path, days: DayKeys) -> None:
        self._directory = directory
        self._days = days
        self._pool = DayPool(self._path, days)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, day: date) -> Path:
        return self._directory / f"{day.isoformat()}.db"

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        if not self._path(day).exists():
            return set()
        with self._pool.connection(day) as connection:
            return _stored_ids(connection, read_ids)

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        if not self._path(day).exists():
            self._days.key(day)  # a new key would be wrong for an existing file
        with self._pool.connection(day) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                known = _stored_ids(connection, [stored.read.id for stored in reads])
                insert_reads(connection, [stored for stored in reads if stored.read.id not in known])
                connection.execute("COMMIT")
            except BaseException:
                if (
                    connection.in_transaction
                ):  # on some failures, such as a full disk, SQLite itself rolls back
                    connection.execute("ROLLBACK")
                raise

    def get(self, placed: ReadKey) -> StoredRead | None:
        if not self._path(placed.day).exists():
            return None
        sql = f"SELECT {','.join(COLUMNS)} FROM read WHERE id = %s"  # noqa: S608  # constants
        rows = self._select(DayQuery(placed.day, sql, (placed.id.bytes,)))
        return from_row(rows[0]) if rows else None

    def days(self) -> list[date]:
        return sorted(date.fromisoformat(path.stem) for path in self._directory.glob("????-??-??.db"))

    def plates(self, day: date) -> Iterator[str]:
        sql = "SELECT DISTINCT plate FROM {summary} ORDER BY plate"
        for (plate,) in self._select(DayQuery(day, sql)):
            yield plate

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        columns = ",".join(f"read.{column}" for column in COLUMNS)
        sql = (
            f"SELECT {columns} FROM reads_summary JOIN read USING (id) WHERE reads_summary.plate = %s"  # noqa: S608
            " ORDER BY reads_summary.captured_at DESC"
        )
        for plate in plates:
            yield from map(from_row, self._select(DayQuery(day, sql, (plate,))))

    def select(self, queries: Sequence[DayQuery]) -> list[list[Row]]:
        return [self._select(query) for query in queries]

    def _select(self, query: DayQuery) -> list[Row]:
        if [] in query.parameters:
            return []  # nothing is one of no values
        if not self._path(query.day).exists():
            self._days.refuse_destroyed(query.day)
            return []
        with self._pool.connection(query.day) as connection:
            rows: list[Row] = connection.execute(*_without_arrays(query)).fetchall()
            return rows


def _without_arrays(query: DayQuery) -> tuple[str, list[Any]]:
    """SQLite has none: each value of a list gets its own question mark."""
    left, flat = iter(query.parameters), list[Any]()

    def marks(place: re.Match[str]) -> str:
        value = next(left)
        if place[0] == "%s":
            flat.append(value)
            return "?"
        flat.extend(value)
        return f"IN ({','.join('?' * len(value))})"

    return PLACES.sub(marks, query.sql.format_map(TABLES)), flat


def _stored_ids(connection: sqlcipher.Connection, read_ids: Collection[UUID]) -> set[UUID]:
    marks = ",".join("?" * len(read_ids))
    cursor = connection.execute(
        f"SELECT id FROM read WHERE id IN ({marks})",  # noqa: S608  # only question marks
        [read_id.bytes for read_id in read_ids],
    )
    return ids_of_rows(cursor.fetchall())
