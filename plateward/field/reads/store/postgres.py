"""A partition per day. The site declares its own disk's encryption at start (6.i.i)."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from operator import itemgetter

from django.db import IntegrityError, ProgrammingError, connection, transaction
from psycopg.errors import CheckViolation, UndefinedTable

from plateward.field.reads.queries import Order, ReadQuery, Span
from plateward.field.reads.store.away import DayLost, DaySetAside
from plateward.field.reads.store.distributed import distributed_bytes
from plateward.field.reads.store.partition_rows import in_partitions, insert_reads
from plateward.field.reads.store.partition_state import PartitionState
from plateward.field.reads.store.partitions import (
    LOCK,
    TABLES,
    StoreBusy,
    day_tables,
    is_marked,
    listed_partitions,
    make_next,
    make_partitions,
    mark_next,
    next_name,
    number_of,
    rows_of,
    swap,
)
from plateward.field.reads.store.period_search import PeriodSearch
from plateward.field.reads.store.rows import COLUMNS, day_bounds, from_row
from plateward.field.reads.store.searching import COLUMNS as SUMMARY
from plateward.field.reads.store.searching import days_within
from plateward.field.reads.store.selection import Condition, DayQuery, Row, Stretch, day_of
from plateward.field.reads.store.types import StoredRead
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import destroyed_error
from plateward.ground.vault.tombstones import Tombstone

# Of time at a camera, in a question: with many, all reads of their days would be read, since any time counts as a short
# one in a plan.
STRETCHES = 20


@enforces("6.j.i/unaltered")
class PostgresStore(PartitionState):
    """This room's migrations make the parent tables and their triggers."""

    def _make_day(self, day: date) -> None:
        """The day's part of each table, if it is not there. Raises DayDestroyed, and DayLost if it was there."""
        self._days.refuse_late(day)
        if self._tables(day):
            return
        with transaction.atomic():
            rows_of("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            self._days.refuse_late(day)  # whoever drops a day has written its tombstone before
            if not self._tables(day) and self._days.has_reads(day):
                raise DayLost(day)
            make_partitions(day)

    def _tables(self, day: date) -> int:
        """How many of the day's partitions are there."""
        [(number,)] = rows_of(
            # Not by `to_regclass`: within a transaction it goes on saying that there is none, also once the transaction
            # has waited for the one that makes it.
            "SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND pg_table_is_visible(oid)",
            [[f"{table}_{number_of(day)}" for table in TABLES]],
        )
        return int(number)

    def _require(self, day: date) -> None:
        """Where nothing was found. Raises DayDestroyed, DayLost."""
        self.require_current(day)
        tables = self._tables(day)
        if tables < len(TABLES) and (tables or self._days.has_reads(day)):
            raise DayLost(day)

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

    def search(self, query: ReadQuery, order: Order) -> PeriodSearch:
        return PeriodSearch(self, query, order)

    def near(
        self, span: Span, stretches: Sequence[Stretch], held: Condition, most: int
    ) -> tuple[list[Row], set[date]]:
        sql = (
            f"SELECT {SUMMARY} FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS stretch (place, since, until)"  # noqa: S608
            " JOIN reads_summary ON camera = place AND captured_at >= since AND captured_at < until"
            f" WHERE captured_at >= %s AND captured_at < %s AND {held.sql} LIMIT {most}"
        )
        listed = self.listed()
        days = days_within(self.with_reads(listed), span)
        rows, newest_first = list[Row](), sorted(stretches, key=itemgetter(1), reverse=True)
        for at in range(0, len(newest_first), STRETCHES):
            cameras, since, until = map(list, zip(*newest_first[at : at + STRETCHES], strict=True))
            rows += rows_of(sql, [cameras, since, until, min(since), max(until), *held.parameters])
            if len(rows) >= most:
                break
        destroyed = self.destroyed_among({*days, *days_within(listed, span)}, listed)
        return [row for row in rows[:most] if day_of(row) not in destroyed], destroyed.intersection(days)

    def select(self, query: DayQuery) -> list[Row]:
        around = transaction.atomic() if connection.in_atomic_block else nullcontext()
        try:
            with around:
                rows = rows_of(in_partitions(query), query.parameters)
        except ProgrammingError as error:
            if not isinstance(error.__cause__, UndefinedTable):
                raise
            rows = []  # a day that never had reads, or lost some of its tables
        if rows:
            self.require_current(query.day)
        else:
            self._require(query.day)
        return rows

    def totals(self, day: date) -> tuple[int, int]:
        names = [f"{table}_{number_of(day)}" for table in TABLES]
        [(reads,)] = rows_of(
            "SELECT count(*) FROM reads_read WHERE captured_at >= %s AND captured_at < %s", day_bounds(day)
        )
        [(size,)] = rows_of(
            "SELECT sum(pg_total_relation_size(to_regclass(name))) FROM unnest(%s::text[]) name", [names]
        )
        with connection.cursor() as cursor:
            away = distributed_bytes(cursor, names)
        return int(reads), int(size or 0) + away

    def closed(self, day: date) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nothing to do: whoever adds to the day looks for its tombstone last, and what was swapped in takes none."""
        return nullcontext()

    def next_reads(self, day: date, generation: int) -> list[StoredRead]:
        if generation not in day_tables().get(day, {}):
            return []
        sql = f"SELECT {','.join(COLUMNS)} FROM {next_name('reads_read', day, generation)}"  # noqa: S608
        return list(map(from_row, rows_of(sql, ())))

    def discard_next(self, day: date, generation: int) -> None:
        rows_of("SELECT reads_drop_next(%s, %s)", [day, generation])

    def append_next(self, day: date, generation: int, reads: Sequence[StoredRead]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            make_next(day, generation)
            insert_reads(cursor, day, reads, f"_{number_of(day)}_{generation}")

    def swap(self, tombstone: Tombstone, write: Callable[[], object]) -> None:
        mark_next(tombstone)
        swap(tombstone, write)

    def tombstones(self) -> list[bytes]:
        return [text for _, text, _ in listed_partitions() if text]

    def remains(self) -> set[date]:
        there = {day: part.generation for day, part in self.listed().items()}
        tables = day_tables().items()
        parts = {(day, number or there.get(day, 0)) for day, numbers in tables for number in numbers}
        destroyed = {day for day, _ in parts - self._days.not_destroyed(parts)}
        return {day for day in destroyed if not self.lacks_kept(day)}

    def shred(self, day: date) -> None:
        last = self._days.last_tombstone(day)
        if last is None or self.lacks_kept(day):
            return
        is_current = is_marked(f"reads_read_{number_of(day)}", last)
        if not is_current and (last.following or 0 in day_tables().get(day, {})):
            swap(last, lambda: None)
        self._discard_destroyed(day)

    @enforces("6.h.ii/destruction", "MP-6/erased")
    def discard_copy(self, day: date) -> bool:
        last = self._days.last_tombstone(day)
        if last is None or not isinstance(self.lost_days().get(day), DaySetAside):
            return False

        def require_copy() -> None:
            if not isinstance(self.fault(last, self.generation(day)), DaySetAside):
                raise StoreBusy(
                    "The day's tables have changed meanwhile, and stay as they are. Look at Retention again."
                )

        nothing = replace(last, following=None)  # takes its place
        swap(nothing, lambda: None, check=require_copy)
        self._discard_destroyed(day)
        return True

    def _discard_destroyed(self, day: date) -> None:
        for generation in day_tables().get(day, {}).keys() - {0}:
            if self._days.is_destroyed(day, generation):
                self.discard_next(day, generation)
