"""A SQLCipher file per day, under that day's key. Destroying the key destroys the day."""

import os
import threading
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlcipher3 import dbapi2 as sqlcipher

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces
from plateward.reads.store.rows import COLUMNS, from_row, ids_of_rows, to_row
from plateward.reads.store.types import ReadKey, StoredRead
from plateward.vault.day_keys import DayKeys

SCHEMA = """
CREATE TABLE IF NOT EXISTS read (
    id BLOB PRIMARY KEY, captured_at INTEGER NOT NULL, plate TEXT NOT NULL, state TEXT, camera TEXT NOT NULL,
    cell INTEGER, reader TEXT NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL, signature BLOB NOT NULL,
    context_offset INTEGER NOT NULL, context_length INTEGER NOT NULL,
    plate_offset INTEGER NOT NULL, plate_length INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS read_plate ON read (plate, captured_at);
CREATE INDEX IF NOT EXISTS read_cell ON read (cell, captured_at);
CREATE TRIGGER IF NOT EXISTS read_never_changes BEFORE UPDATE ON read BEGIN SELECT RAISE(ABORT, '6.j.i'); END;
CREATE TRIGGER IF NOT EXISTS read_never_goes BEFORE DELETE ON read BEGIN SELECT RAISE(ABORT, '6.j.i'); END;
"""
OPEN_DAYS = 4  # a thread's open files; most reads are from today, late ones from the days before
WAIT_MS = 10_000


@enforces("6.h.ii", "6.i.i", "6.j.i", "MP-6", "SC-28")
class SqlcipherStore:
    """Each thread has its own connections; SQLite queues the writers of a day."""

    def __init__(self, directory: Path, days: DayKeys) -> None:
        self._directory = directory
        self._days = days
        self._local = threading.local()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, day: date) -> Path:
        return self._directory / f"{day.isoformat()}.db"

    def _connection(self, day: date) -> sqlcipher.Connection:
        """Requests the key each time: destroying it closes the day even for threads that have its file open."""
        opened: dict[date, sqlcipher.Connection] = self._local.__dict__.setdefault("opened", {})
        if not self._path(day).exists():
            self._days.key(day)  # a new key would be wrong for an existing file
        try:
            key = self._days.derive(day, "reads").hex()
        except PlatewardError:
            if day in opened:
                opened.pop(day).close()
            raise
        if day not in opened:
            while len(opened) >= OPEN_DAYS:
                opened.pop(next(iter(opened))).close()
            connection = sqlcipher.connect(os.fspath(self._path(day)), isolation_level=None)
            connection.execute(f"PRAGMA key = \"x'{key}'\"")
            connection.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(SCHEMA)
            opened[day] = connection
        return opened[day]

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        if not self._path(day).exists():
            return set()
        marks = ",".join("?" * len(read_ids))
        cursor = self._connection(day).execute(
            f"SELECT id FROM read WHERE id IN ({marks})",  # noqa: S608  # only question marks
            [read_id.bytes for read_id in read_ids],
        )
        return ids_of_rows(cursor.fetchall())

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        connection = self._connection(day)
        marks = ",".join("?" * len(COLUMNS))
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(
                f"INSERT OR IGNORE INTO read ({','.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608  # constants
                [to_row(stored) for stored in reads],
            )
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
        for (plate,) in self._connection(day).execute("SELECT DISTINCT plate FROM read ORDER BY plate"):
            yield plate

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        if not self._path(day).exists():
            return
        query = f"SELECT {','.join(COLUMNS)} FROM read WHERE plate = ? ORDER BY captured_at DESC"  # noqa: S608
        for plate in plates:
            for row in self._connection(day).execute(query, [plate]):
                yield from_row(row)
