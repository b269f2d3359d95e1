"""The file of a day: its tables, and how reads get in."""

import re
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from plateward.field.reads.store.rows import (
    COLUMNS,
    SUMMARY_COLUMNS,
    source_rows,
    tail_rows,
    to_row,
    to_summary_row,
)
from plateward.field.reads.store.types import StoredRead

WAIT_MS = 10_000  # for others
TABLES = (
    """
    CREATE TABLE read (
        id BLOB PRIMARY KEY, captured_at INTEGER NOT NULL, plate TEXT NOT NULL, state TEXT, camera TEXT NOT NULL,
        cell INTEGER, reader TEXT NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL, signature BLOB NOT NULL,
        context_offset INTEGER NOT NULL, context_length INTEGER NOT NULL,
        plate_offset INTEGER NOT NULL, plate_length INTEGER NOT NULL, generation INTEGER NOT NULL DEFAULT 0,
        folded TEXT NOT NULL
    )""",
    "CREATE TRIGGER read_never_changes BEFORE UPDATE ON read BEGIN SELECT RAISE(ABORT, '6.j.i'); END",
    "CREATE TRIGGER read_never_goes BEFORE DELETE ON read BEGIN SELECT RAISE(ABORT, '6.j.i'); END",
    # What searches ask. Rows lie by folded plate and time; the indexes hold that, and the id.
    """
    CREATE TABLE reads_summary (
        captured_at INTEGER NOT NULL, id BLOB NOT NULL, plate TEXT NOT NULL, state TEXT, camera TEXT NOT NULL,
        reader TEXT NOT NULL, cell INTEGER, lat REAL, lon REAL, heading REAL, kind TEXT, color TEXT, make TEXT,
        deployment TEXT, folded TEXT NOT NULL, PRIMARY KEY (folded, captured_at, id)
    ) WITHOUT ROWID""",
    "CREATE INDEX reads_summary_cell ON reads_summary (cell, captured_at)",
    "CREATE INDEX reads_summary_camera ON reads_summary (camera, captured_at)",
    """
    CREATE TABLE reads_tail (
        tail TEXT NOT NULL, start INTEGER NOT NULL, folded TEXT NOT NULL, PRIMARY KEY (tail, start, folded)
    ) WITHOUT ROWID""",
    """
    CREATE TABLE reads_source (
        camera TEXT NOT NULL, reader TEXT NOT NULL, deployment TEXT NOT NULL, PRIMARY KEY (camera, reader, deployment)
    ) WITHOUT ROWID""",
    "CREATE TRIGGER summary_never_changes BEFORE UPDATE ON reads_summary BEGIN SELECT RAISE(ABORT, '6.j.i'); END",
    "CREATE TRIGGER summary_never_goes BEFORE DELETE ON reads_summary BEGIN SELECT RAISE(ABORT, '6.j.i'); END",
)


def open_day(path: Path, key: bytes, *, make: bool = True) -> sqlcipher.Connection:
    """The day's file, with all its tables. Threads may use it, one after another. Unless `make`, a file that is not
    there is SQLCipher's error."""
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if make else 'rw'}"
    connection = sqlcipher.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.create_function("regexp", 2, _fits, deterministic=True)
        if not _has_tables(connection):
            _make_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _fits(pattern: str, text: str) -> bool:
    """What SQLite asks for `text REGEXP pattern`."""
    return _compiled(pattern).search(text) is not None


_compiled = lru_cache(re.compile)


def _write_ahead(connection: sqlcipher.Connection) -> None:
    """SQLite does not wait here for others who open a new file, as it does elsewhere."""
    until = time.monotonic() + WAIT_MS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlcipher.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def insert_reads(connection: sqlcipher.Connection, reads: Sequence[StoredRead]) -> None:
    """Those of these reads that are not in the file yet, within a transaction."""
    marks = ",".join("?" * len(COLUMNS))
    insert = f"INSERT OR IGNORE INTO read ({','.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608  # constants
    new = [stored for stored in reads if connection.execute(insert, to_row(stored)).rowcount]
    read_by = [(stored.read, stored.reader) for stored in new]
    marks = ",".join("?" * len(SUMMARY_COLUMNS))
    connection.executemany(
        f"INSERT OR IGNORE INTO reads_summary ({','.join(SUMMARY_COLUMNS)}) VALUES ({marks})",  # noqa: S608
        [to_summary_row(read, reader) for read, reader in read_by],
    )
    connection.executemany("INSERT OR IGNORE INTO reads_source VALUES (?, ?, ?)", source_rows(read_by))
    connection.executemany(
        "INSERT OR IGNORE INTO reads_tail VALUES (?, ?, ?)", tail_rows(read.plate for read, _ in read_by)
    )


def _has_tables(connection: sqlcipher.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _make_tables(connection: sqlcipher.Connection) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if not _has_tables(connection):  # nobody was faster
            for statement in TABLES:
                connection.execute(statement)
