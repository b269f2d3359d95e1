"""A SQLCipher file for each generation of a day, under its key. Destroying the key destroys what is in it."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from plateward.core.db.sqlcipher.soundness import require_sound
from plateward.field.reads.queries import Order, ReadQuery, Span
from plateward.field.reads.store.away import DayLost
from plateward.field.reads.store.base import ReadStore
from plateward.field.reads.store.day_files import insert_reads, open_day
from plateward.field.reads.store.day_search import DaySearch
from plateward.field.reads.store.pool import DayPool
from plateward.field.reads.store.rows import COLUMNS, from_row
from plateward.field.reads.store.searching import COLUMNS as SUMMARY
from plateward.field.reads.store.searching import clipped, days_within
from plateward.field.reads.store.selection import Condition, DayQuery, Row, Stretch, in_time
from plateward.field.reads.store.types import StoredRead
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed, DayKeys
from plateward.ground.vault.files import sync_directory
from plateward.ground.vault.generations import generation_name, generations_in
from plateward.ground.vault.tombstones import Tombstone

PLACES = re.compile(r"= ANY\(%s\)|%s|~")
STRETCHES = 50  # of time at a camera, in a question
KINDS = ("db-wal", "db-shm", "db")  # of files; in the order in which they are removed
PARTS = {table: f"reads_{table} WHERE TRUE" for table in ("summary", "tail", "source")}
PARTS |= {"among": "IN (", "end": ")", "read": "read", "searched": "reads_summary"}


@enforces("6.h.ii/destruction", "6.i.i/aes", "6.j.i/unaltered", "MP-6/erased", "SC-28/data")
class SqlcipherStore(ReadStore):
    """Threads share a pool of open files; SQLite queues the writers of a day."""

    def __init__(self, directory: Path, days: DayKeys) -> None:
        super().__init__(days)
        self._directory = directory
        self._pool = DayPool(self._path, days)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, day: date, generation: int) -> Path:
        return self._directory / f"{generation_name(day, generation)}.db"

    def _has_file(self, day: date) -> bool:
        """Raises DayDestroyed, or DayLost if it had one that was not destroyed."""
        try:
            generation = self._days.generation(day)
        except DayDestroyed:
            self._pool.close(day)
            raise
        if self._path(day, generation).exists():
            return True
        if self._days.has_reads(day):
            if self._days.generation(day) != generation:  # it was renewed since
                return self._has_file(day)
            raise DayLost(day)
        return False

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        new = not self._has_file(day)
        self._days.refuse_late(day)
        if new:
            self._days.key(day)  # a new key would be wrong for an existing file
        with self._pool.connection(day, make=new) as connection:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                self._days.refuse_late(day)  # see `closed`
                insert_reads(connection, reads)
            self._days.note_reads(day)

    def days(self) -> list[date]:
        """Those that are lost, too: what needs them says so."""
        return sorted(self._days_there() | self._days.with_reads())

    def lost_days(self) -> dict[date, DayLost]:
        there, known = self._days_there(), self._days.with_reads()
        for day in there - known:  # from before this was noted
            self._days.note_reads(day)
        return {day: DayLost(day) for day in sorted(known - there)}

    def _days_there(self) -> set[date]:
        return {day for day, _ in self._days.not_destroyed(generations_in(self._directory, "db"))}

    def raw_rows(self, day: date, after: bytes, limit: int) -> list[Row]:
        if not after and self._has_file(day):
            with self._pool.connection(day) as connection:
                require_sound(connection)
        return super().raw_rows(day, after, limit)

    def search(self, query: ReadQuery, order: Order) -> DaySearch:
        return DaySearch(self, query, order)

    def near(
        self, span: Span, stretches: Sequence[Stretch], held: Condition, most: int
    ) -> tuple[list[Row], set[date]]:
        rows, destroyed = list[Row](), set[date]()
        for day in days_within(self.days(), span):
            first, until = clipped(span, day)
            there = [
                (camera, max(first, since), min(until, before))
                for camera, since, before in stretches
                if since < until and before > first
            ]
            try:
                for part in range(0, len(there), STRETCHES):
                    condition = _any_of(there[part : part + STRETCHES]) & held
                    sql = f"SELECT {SUMMARY} FROM {{summary}} AND {condition.sql} LIMIT {max(0, most - len(rows))}"  # noqa: S608
                    rows += self.select(DayQuery(day, sql, condition.parameters))
            except DayDestroyed:
                destroyed.add(day)
        return rows, destroyed

    def select(self, query: DayQuery) -> list[Row]:
        if [] in query.parameters or not self._has_file(query.day):
            return []  # nothing is one of no values
        with self._pool.connection(query.day) as connection:
            rows: list[Row] = connection.execute(*_without_arrays(query)).fetchall()
            return rows

    def totals(self, day: date) -> tuple[int, int]:
        generation = self._days.generation(day)
        size = sum(path.stat().st_size for path in self._files(day, generation))
        if not self._path(day, generation).exists():
            return 0, size
        with self._pool.connection(day) as connection:
            return connection.execute("SELECT count(*) FROM read").fetchone()[0], size

    @contextmanager
    def closed(self, day: date) -> Iterator[None]:
        if not self._path(day, self._days.generation(day)).exists():
            yield
            return
        with self._pool.connection(day) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    def next_reads(self, day: date, generation: int) -> list[StoredRead]:
        if not self._path(day, generation).exists():
            return []
        with self._next(day, generation) as connection:
            rows = connection.execute(f"SELECT {','.join(COLUMNS)} FROM read").fetchall()  # noqa: S608  # constants
            return list(map(from_row, rows))

    def discard_next(self, day: date, generation: int) -> None:
        files = self._files(day, generation)
        for path in files:
            path.unlink(missing_ok=True)
        if files:
            sync_directory(self._directory)

    def append_next(self, day: date, generation: int, reads: Sequence[StoredRead]) -> None:
        with self._next(day, generation) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            insert_reads(connection, reads)
        sync_directory(self._directory)

    def swap(self, tombstone: Tombstone, write: Callable[[], object]) -> None:  # noqa: ARG002
        """The tombstone is all that it takes: each generation has its own file."""
        write()

    def remains(self) -> set[date]:
        return {day for day, _ in self._destroyed()}

    def shred(self, day: date) -> None:
        self._pool.sweep()
        for other, generation in self._destroyed():
            if other == day:
                self.discard_next(day, generation)

    def _destroyed(self) -> set[tuple[date, int]]:
        files = {part for kind in KINDS for part in generations_in(self._directory, kind)}
        return files - self._days.not_destroyed(files)

    def _next(self, day: date, generation: int) -> "closing[sqlcipher.Connection]":
        """Closing it brings all that was written into the file itself."""
        return closing(open_day(self._path(day, generation), self._days.derive(day, "reads", generation)))

    def _files(self, day: date, generation: int) -> list[Path]:
        name = generation_name(day, generation)
        return [path for kind in KINDS if (path := self._directory / f"{name}.{kind}").exists()]


def _any_of(stretches: Sequence[Stretch]) -> Condition:
    parts = [
        Condition("camera = %s", (camera,)) & in_time(since, before) for camera, since, before in stretches
    ]
    sql = " OR ".join(f"({part.sql})" for part in parts)
    return Condition(f"({sql})", tuple(value for part in parts for value in part.parameters))


def _without_arrays(query: DayQuery) -> tuple[str, list[Any]]:
    """SQLite has none: each value of a list gets its own question mark."""
    left, flat = iter(query.parameters), list[Any]()

    def marks(place: re.Match[str]) -> str:
        if place[0] == "~":
            return "REGEXP"
        value = next(left)
        if place[0] == "%s":
            flat.append(value)
            return "?"
        flat.extend(value)
        return f"IN ({','.join('?' * len(value))})"

    return PLACES.sub(marks, query.sql.format_map(PARTS)), flat
