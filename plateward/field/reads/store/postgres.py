"""A partition per day. The site declares its own disk's encryption at start (6.i.i)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import CheckViolation, UndefinedTable

from plateward.field.reads.queries import Order, ReadQuery, Span
from plateward.field.reads.store.away import DayLost, DaySetAside
from plateward.field.reads.store.base import ReadStore
from plateward.field.reads.store.distributed import distributed_bytes
from plateward.field.reads.store.partition_rows import in_partitions, insert_reads
from plateward.field.reads.store.partition_state import Listed, PartitionState
from plateward.field.reads.store.partitions import (
    LOCK,
    TABLES,
    StoreBusy,
    day_tables,
    drop_next,
    is_marked,
    listed_partitions,
    make_next,
    make_partitions,
    mark_next,
    next_name,
    number_of,
    swap,
)
from plateward.field.reads.store.period_search import PeriodSearch
from plateward.field.reads.store.rows import COLUMNS, COUNTS, RAW_ROWS, day_bounds, from_row, ids_of_rows
from plateward.field.reads.store.searching import COLUMNS as SUMMARY
from plateward.field.reads.store.searching import days_within
from plateward.field.reads.store.selection import Condition, DayQuery, Row, Stretch, day_of
from plateward.field.reads.store.types import ReadKey, StoredRead
from plateward.ground.matching.normalize import fold
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayKeys, destroyed_error
from plateward.ground.vault.tombstones import Tombstone

PLATES = 500  # per query


@enforces("6.j.i/unaltered")
class PostgresStore(ReadStore):
    """This room's migrations make the parent tables and their triggers."""

    def __init__(self, days: DayKeys) -> None:
        self._days = days
        self._state = PartitionState(days)

    def _make_day(self, day: date) -> None:
        """The day's part of each table, if it is not there. Raises DayDestroyed, and DayLost if it was there."""
        self._days.refuse_late(day)
        if self._tables(day):
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            self._days.refuse_late(day)  # whoever drops a day has written its tombstone before
            if not self._tables(day) and self._days.has_reads(day):
                raise DayLost(day)
            make_partitions(cursor, day)

    def _tables(self, day: date) -> int:
        """How many of the day's partitions are there."""
        with connection.cursor() as cursor:
            # Not by `to_regclass`: within a transaction it goes on saying that there is none, also once the transaction
            # has waited for the one that makes it.
            cursor.execute(
                "SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND pg_table_is_visible(oid)",
                [[f"{table}_{number_of(day)}" for table in TABLES]],
            )
            number: int = cursor.fetchone()[0]
            return number

    def _require(self, day: date) -> None:
        """Where nothing was found. Raises DayDestroyed, DayLost."""
        self._require_current(day)
        tables = self._tables(day)
        if tables < len(TABLES) and (tables or self._days.has_reads(day)):
            raise DayLost(day)

    @enforces("6.h.ii/destruction", "6.j.i/proven")
    def _require_current(self, day: date) -> None:
        """As PartitionState.require_current; of most days nothing was destroyed, and the database is not asked."""
        if last := self._days.last_tombstone(day):
            with connection.cursor() as cursor:
                self._state.require_current(cursor, day, last)

    def stored_ids(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        stored = self._ids_among(day, read_ids)
        if stored:
            self._require_current(day)
        else:
            self._require(day)
        return stored

    def _ids_among(self, day: date, read_ids: Collection[UUID]) -> set[UUID]:
        first, after = day_bounds(day)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM reads_read WHERE captured_at >= %s AND captured_at < %s AND id = ANY(%s)",
                [first, after, [read_id.bytes for read_id in read_ids]],
            )
            return ids_of_rows(cursor.fetchall())

    def append(self, day: date, reads: Sequence[StoredRead]) -> None:
        self._make_day(day)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                insert_reads(cursor, day, reads)
                self._days.refuse_late(day)
                transaction.on_commit(partial(self._days.note_reads, day))
        except IntegrityError as error:
            if not isinstance(error.__cause__, CheckViolation):
                raise
            raise destroyed_error(day) from None  # its tombstone is about to be written: see `swap`

    def get(self, placed: ReadKey) -> StoredRead | None:
        first, after = day_bounds(placed.day)

        def fetch() -> list[StoredRead]:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {','.join(COLUMNS)} FROM reads_read"  # noqa: S608  # constants
                    " WHERE captured_at >= %s AND captured_at < %s AND id = %s",
                    [first, after, placed.id.bytes],
                )
                return list(map(from_row, cursor.fetchall()))

        return next(iter(self._current(placed.day, fetch)), None)

    def _current(self, day: date, fetch: Callable[[], list[StoredRead]]) -> list[StoredRead]:
        """What this finds; found again if the day was renewed meanwhile. Raises as `_require`."""
        for _ in range(2):
            reads = fetch()
            if reads and not self._days.is_destroyed(day, reads[0].generation):
                return reads
        self._require(day)
        return []

    def days(self) -> list[date]:
        """Those that are lost, too: what needs them says so."""
        return sorted(self.with_reads(self.listed()))

    def lost_days(self) -> dict[date, DayLost]:
        generations = self._generations()
        whole = {day for day, _ in self._days.not_destroyed((day, 0) for day in generations)}
        for day in whole - self._days.with_reads():  # from before this was noted
            self._days.note_reads(day)
        with connection.cursor() as cursor:
            return self._state.lost_days(cursor, generations)

    def problems(self) -> list[tuple[date, str]]:
        return list(self._state.problems(self._generations()))

    def _generations(self) -> dict[date, int]:
        with connection.cursor() as cursor:
            return self._state.generations(cursor)

    def raw_rows(self, day: date, after: bytes, limit: int) -> list[Row]:
        number = number_of(day)
        sql = RAW_ROWS.format(read=f"reads_read_{number}", summary=f"reads_summary_{number}", mark="%s")
        return self.select(DayQuery(day, sql, (after, limit)))

    def counts(self, day: date) -> tuple[int, ...]:
        number = number_of(day)
        sql = COUNTS.format(read=f"reads_read_{number}", summary=f"reads_summary_{number}", mark="%s")
        return next(iter(self.select(DayQuery(day, sql, (b"",)))), (0, 0, 0))

    def of_plates(self, day: date, plates: Collection[str]) -> Iterator[StoredRead]:
        first, after = day_bounds(day)
        columns = ",".join(f"reads_read.{column}" for column in COLUMNS)
        plate_list = list(plates)

        def fetch(some: list[str]) -> list[StoredRead]:
            with connection.cursor() as cursor:
                cursor.execute(
                    # Locks the tables in the order in which make_partitions and swap do.
                    f"SELECT {columns} FROM reads_read JOIN reads_summary USING (folded, captured_at, id)"  # noqa: S608
                    " WHERE reads_summary.captured_at >= %s AND reads_summary.captured_at < %s"
                    " AND reads_read.captured_at >= %s AND reads_read.captured_at < %s"
                    " AND reads_summary.folded = ANY(%s) AND reads_summary.plate = ANY(%s)"
                    " ORDER BY reads_summary.plate, captured_at DESC, id",
                    [first, after, first, after, list(map(fold, some)), some],
                )
                return list(map(from_row, cursor.fetchall()))

        for start in range(0, len(plate_list), PLATES):
            yield from self._current(day, partial(fetch, plate_list[start : start + PLATES]))

    def search(self, query: ReadQuery, order: Order) -> PeriodSearch:
        return PeriodSearch(self, query, order)

    def listed(self) -> dict[date, Listed]:
        with connection.cursor() as cursor:
            return self._state.listed(cursor)

    def with_reads(self, listed: Mapping[date, Listed]) -> set[date]:
        there = self._days.not_destroyed((day, part.generation) for day, part in listed.items())
        return {day for day, _ in there} | self._days.with_reads()

    def destroyed_among(self, days: Collection[date], listed: Mapping[date, Listed]) -> set[date]:
        with connection.cursor() as cursor:
            return self._state.destroyed_among(cursor, days, listed)

    def rows(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[Row] = cursor.fetchall()
            return rows

    def near(
        self, span: Span, stretches: Sequence[Stretch], held: Condition, most: int
    ) -> tuple[list[Row], set[date]]:
        sql = (
            f"SELECT {SUMMARY} FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS stretch (place, since, until)"  # noqa: S608
            " JOIN reads_summary ON camera = place AND captured_at >= since AND captured_at < until"
            f" WHERE {held.sql} LIMIT {most}"
        )
        columns = [list(column) for column in zip(*stretches, strict=True)] or [[], [], []]
        listed = self.listed()
        days = days_within(self.with_reads(listed), span)
        rows = self.rows(sql, [*columns, *held.parameters])
        destroyed = self.destroyed_among({*days, *days_within(listed, span)}, listed)
        return [row for row in rows if day_of(row) not in destroyed], destroyed.intersection(days)

    def select(self, query: DayQuery) -> list[Row]:
        around = transaction.atomic() if connection.in_atomic_block else nullcontext()
        try:
            with around, connection.cursor() as cursor:
                cursor.execute(in_partitions(query), query.parameters)
                rows: list[Row] = cursor.fetchall()
        except ProgrammingError as error:
            if not isinstance(error.__cause__, UndefinedTable):
                raise
            self._require(query.day)
            return []  # a day that never had reads
        self._require_current(query.day)
        return rows

    def chosen(self, day: date, read_ids: Collection[UUID]) -> list[StoredRead]:
        sql = f"SELECT {','.join(COLUMNS)} FROM reads_read_{number_of(day)} WHERE id = ANY(%s) ORDER BY captured_at"  # noqa: S608
        rows = self.select(DayQuery(day, sql, ([read_id.bytes for read_id in read_ids],)))
        return list(map(from_row, rows))

    def totals(self, day: date) -> tuple[int, int]:
        names = [f"{table}_{number_of(day)}" for table in TABLES]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM reads_read WHERE captured_at >= %s AND captured_at < %s",
                day_bounds(day),
            )
            [reads] = cursor.fetchone()
            cursor.execute(
                "SELECT sum(pg_total_relation_size(to_regclass(name))) FROM unnest(%s::text[]) name", [names]
            )
            [size] = cursor.fetchone()
            away = distributed_bytes(cursor, names)
        return int(reads), int(size or 0) + away

    def closed(self, day: date) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nothing to do: whoever adds to the day looks for its tombstone last, and what was swapped in takes none."""
        return nullcontext()

    def next_reads(self, day: date, generation: int) -> list[StoredRead]:
        with connection.cursor() as cursor:
            if generation not in day_tables(cursor).get(day, {}):
                return []
            cursor.execute(f"SELECT {','.join(COLUMNS)} FROM {next_name('reads_read', day, generation)}")  # noqa: S608
            return list(map(from_row, cursor.fetchall()))

    def discard_next(self, day: date, generation: int) -> None:
        with connection.cursor() as cursor:
            drop_next(cursor, day, generation)

    def append_next(self, day: date, generation: int, reads: Sequence[StoredRead]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            make_next(cursor, day, generation)
            insert_reads(cursor, day, reads, f"_{number_of(day)}_{generation}")

    def swap(self, tombstone: Tombstone, write: Callable[[], object]) -> None:
        with connection.cursor() as cursor:
            mark_next(cursor, tombstone)
        swap(tombstone, write)

    def tombstones(self) -> list[bytes]:
        with connection.cursor() as cursor:
            return [text for _, text, _ in listed_partitions(cursor) if text]

    def remains(self) -> set[date]:
        there = self._generations()
        with connection.cursor() as cursor:
            tables = day_tables(cursor)
            parts = {
                (day, number or there.get(day, 0)) for day, numbers in tables.items() for number in numbers
            }
            destroyed = {day for day, _ in parts - self._days.not_destroyed(parts)}
            return {day for day in destroyed if not self._state.lacks_kept(cursor, day)}

    def shred(self, day: date) -> None:
        last = self._days.last_tombstone(day)
        if last is None:
            return
        with connection.cursor() as cursor:
            if self._state.lacks_kept(cursor, day):
                return
            tables = day_tables(cursor).get(day, {})
            is_current = is_marked(cursor, f"reads_read_{number_of(day)}", last)
        if not is_current and (last.following or 0 in tables):
            swap(last, lambda: None)
        self._discard_destroyed(day)

    @enforces("6.h.ii/destruction", "MP-6/erased")
    def discard_copy(self, day: date) -> bool:
        last = self._days.last_tombstone(day)
        if last is None or not isinstance(self.lost_days().get(day), DaySetAside):
            return False

        def require_copy(cursor: CursorWrapper) -> None:
            if not self._state.is_set_aside(cursor, last):
                raise StoreBusy(
                    "The day's tables have changed meanwhile, and stay as they are. Look at Retention again."
                )

        nothing = replace(last, following=None)  # takes its place
        swap(nothing, lambda: None, check=require_copy)
        self._discard_destroyed(day)
        return True

    def _discard_destroyed(self, day: date) -> None:
        with connection.cursor() as cursor:
            tables = day_tables(cursor).get(day, {})
        for generation in tables.keys() - {0}:
            if self._days.is_destroyed(day, generation):
                self.discard_next(day, generation)
