"""A SQLCipher file per day, under that day's key. Destroying the key destroys the day."""

import threading
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlcipher3 import dbapi2 as sqlcipher

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces
from plateward.reads.store.day_files import insert_reads, open_day
from plateward.reads.store.pool import DayPool
from plateward.reads.store.rows import COLUMNS, from_row, ids_of_rows
from plateward.reads.store.searches import Searches
from plateward.reads.store.selection import Row
from plateward.reads.store.types import ReadKey, StoredRead
from plateward.vault.day_keys import DayKeys

OPEN_DAYS = 4  # a thread's open files; most reads are from today, late ones from the days before


@enforces("6.h.ii", "6.i.i", "6.j.i", "MP-6", "SC-28")
class SqlcipherStore(Searches):
    """Each thread has its own connections for what intake does; SQLite queues the writers of a day. Searches go over
    many days, and share a pool."""

    def __init__(self, directory: Path, days: DayKeys) -> None:
        self._directory = directory
        self._days = days
        self._local = threading.local()
        self._pool = DayPool(self._path, days)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, day: date) -> Path:
        return self._directory / f"{day.isoformat()}.db"

    def _connection(self, day: date) -> sqlcipher.Connection:
        """Requests the key each time: destroying it closes the day even for threads that have its file open."""
        opened: dict[date, sqlcipher.Connection] = self._local.__dict__.setdefault("opened", {})
        if not self._path(day).exists():
            self._days.key(day)  # a new key would be wrong for an existing file
        try:
            key = self._days.derive(day, "reads")
        except PlatewardError:
            if day in opened:
                opened.pop(day).close()
            self._pool.close(day)
            raise
        if day not in opened:
            while len(opened) >= OPEN_DAYS:
                opened.pop(next(iter(opened))).close()
            opened[day] = open_day(self._path(day), key)
        return opened[day]

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        if not self._path(day).exists():
            return set()
        return _stored_ids(self._connection(day), read_ids)

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        connection = self._connection(day)
        connection.execute("BEGIN IMMEDIATE")
        try:
            known = _stored_ids(connection, [stored.read.id for stored in reads])
            insert_reads(connection, [stored for stored in reads if stored.read.id not in known])
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # on some failures, such as a full disk, SQLite itself rolls back
                connection.execute("ROLLBACK")
            raise

    def get(self, placed: ReadKey) -> StoredRead | None:
        if not self._path(placed.day).exists():
            return None
        query = f"SELECT {','.join(COLUMNS)} FROM read WHERE id = ?"  # noqa: S608  # constants
        row = self._connection(placed.day).execute(query, [placed.id.bytes]).fetchone()
        return from_row(row) if row else None

    def days(self) -> list[date]:
        return sorted(date.fromisoformat(path.stem) for path in self._directory.glob("????-??-??.db"))

    def plates(self, day: date) -> Iterator[str]:
        if not self._path(day).exists():
            return
        query = "SELECT DISTINCT plate FROM reads_summary ORDER BY plate"
        for (plate,) in self._connection(day).execute(query):
            yield plate

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        if not self._path(day).exists():
            return
        columns = ",".join(f"read.{column}" for column in COLUMNS)
        query = (
            f"SELECT {columns} FROM reads_summary JOIN read USING (id) WHERE reads_summary.plate = ?"  # noqa: S608
            " ORDER BY reads_summary.captured_at DESC"
        )
        for plate in plates:
            for row in self._connection(day).execute(query, [plate]):
                yield from_row(row)

    def select(self, day: date, sql: str, parameters: Sequence[Any]) -> list[Row]:
        if not self._path(day).exists():
            return []
        with self._pool.connection(day) as connection:
            rows: list[Row] = connection.execute(
                sql.format(day="TRUE").replace("%s", "?"), parameters
            ).fetchall()
            return rows


def _stored_ids(connection: sqlcipher.Connection, read_ids: Collection[UUID]) -> set[UUID]:
    marks = ",".join("?" * len(read_ids))
    cursor = connection.execute(
        f"SELECT id FROM read WHERE id IN ({marks})",  # noqa: S608  # only question marks
        [read_id.bytes for read_id in read_ids],
    )
    return ids_of_rows(cursor.fetchall())
