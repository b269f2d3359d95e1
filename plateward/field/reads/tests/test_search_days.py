"""Days of the read store and its searches: destroyed ones are gone for everybody."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import Mock

import msgspec
import pytest
from django.db import IntegrityError, connection, transaction
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.field.reads.images import day_keys
from plateward.field.reads.queries import (
    Order,
    PlateMatch,
    PlateQuery,
    ReadQuery,
    ReadSummary,
    SearchProgress,
    Span,
)
from plateward.field.reads.store import ReadKey, ReadStore, StoredRead, configured_store
from plateward.field.reads.store.away import DayLost
from plateward.field.reads.store.day_files import open_day
from plateward.field.reads.store.partitions import LOCK, TABLES, make_partitions, rows_of
from plateward.field.reads.store.selection import DayQuery
from plateward.field.reads.tests.made import made_read, made_reads
from plateward.ground.vault.day_keys import DayKeys
from plateward.testing.destruction import destroy_day
from plateward.testing.waiting import WITHIN, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FIRST = datetime(2026, 7, 1, tzinfo=UTC)
DAYS = [FIRST.date() + timedelta(days=number) for number in range(4)]
WHOLE = Span(FIRST, FIRST + timedelta(days=len(DAYS)))
PARTIAL = ReadQuery(WHOLE, PlateQuery("*BC1*", PlateMatch.PARTIAL))
QUERIES = (PARTIAL, ReadQuery(WHOLE, readers=frozenset({"reader-1"})))
on_sqlcipher = pytest.mark.skipif(connection.vendor == "postgresql", reason="about files")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about partitions")


def open_files(folder: Path, end: str) -> list[str]:
    """The open files under this folder whose names end like this."""
    paths = map(os.path.realpath, Path("/proc/self/fd").iterdir())
    return [path for path in paths if path.startswith(os.fspath(folder)) and path.endswith(end)]


def named_at_each_day(steps: list[SearchProgress | ReadSummary]) -> list[tuple[date, ...]]:
    return [step.destroyed for step in steps if isinstance(step, SearchProgress)]


def reads_on(day: date) -> list[StoredRead]:
    return made_reads(60, datetime(day.year, day.month, day.day, tzinfo=UTC), 1, Random(day.day))


@pytest.fixture
def filled(read_store: ReadStore) -> ReadStore:
    for day in DAYS:
        read_store.append(day, reads_on(day))
    return read_store


@on_postgresql
def test_a_search_is_a_statement_over_its_whole_period_or_a_few_and_none_for_each_day(
    read_store: ReadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = [FIRST.date() + timedelta(days=number) for number in range(30)]
    for day in month:
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        read_store.append(
            day, [made_read("NMSP12", at + timedelta(hours=hour), 0, Random(1)) for hour in (8, 9)]
        )
    asked = Mock(wraps=rows_of)
    monkeypatch.setattr("plateward.field.reads.store.period_search.rows_of", asked)
    span = Span(FIRST, FIRST + timedelta(days=30))
    for query, limit, statements in (
        (ReadQuery(span, PlateQuery("NMSP12")), 100, 1),
        (ReadQuery(span, PlateQuery("*MSP*", PlateMatch.PARTIAL)), 1, 1),  # the nearest day has it
        (ReadQuery(span, PlateQuery("*MSP*", PlateMatch.PARTIAL)), 8, 2),  # with the next four
        (ReadQuery(span, PlateQuery("*MSP*", PlateMatch.PARTIAL)), 100, 3),
        (ReadQuery(span, cameras=frozenset({"Camera 0"})), 1, 2),  # there are no NEAREST reads to look at
        (ReadQuery(span, cameras=frozenset({"Camera 0"})), 50, 4),
    ):
        for order in (Order.NEWEST, Order.OLDEST):
            asked.reset_mock()
            assert len(read_store.page(query, order, None, limit).rows) == min(limit, 60)
            assert asked.call_count == statements
        asked.reset_mock()
        assert read_store.count(query, 500).reads == 60
        assert asked.call_count == 1


@on_postgresql
@pytest.mark.clause("6.j.i/unaltered")
def test_a_second_read_under_one_id_is_refused_by_a_key_whatever_its_plate(
    read_store: ReadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = (
        made_read(plate, FIRST + timedelta(hours=1), 0, Random(1)) for plate in ("ABC123", "XYZ789")
    )
    forged = replace(other, read=msgspec.structs.replace(other.read, id=first.read.id))
    read_store.append(DAYS[0], [first, forged])
    read_store.append(DAYS[0], [forged])
    assert read_store.get(ReadKey(DAYS[0], first.read.id)) == first
    assert read_store.plates(DAYS[0]) == ["ABC123"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO reads_id SELECT * FROM reads_id")


@pytest.mark.parametrize("column", ["cell", "plate"])
def test_nothing_is_one_of_no_values(filled: ReadStore, column: str) -> None:
    day = filled.days()[0]
    assert (
        filled.select(DayQuery(day, f"SELECT {column} FROM {{summary}} AND {column} = ANY(%s)", ([],))) == []
    )
    assert filled.select(DayQuery(day, f"SELECT {column} FROM {{summary}}"))


@on_sqlcipher
@pytest.mark.clause("6.h.ii/destruction")
def test_a_day_destroyed_in_the_middle_of_a_search_is_skipped_and_named(
    tmp_path: Path, filled: ReadStore, keys: DayKeys
) -> None:
    stream = filled.stream(PARTIAL, Order.NEWEST)
    steps = [next(stream), next(stream)]
    destroy_day(keys, DAYS[1])
    steps += stream
    rows = [step for step in steps if isinstance(step, ReadSummary)]
    assert {row.captured_at.date() for row in rows} == {DAYS[0], DAYS[2], DAYS[3]}
    assert named_at_each_day(steps) == [(), (), (), (DAYS[1],), (DAYS[1],)]
    assert filled.days() == [DAYS[0], DAYS[2], DAYS[3]]
    assert open_files(tmp_path, f"{DAYS[1]}.db") == []


@on_sqlcipher
def test_a_day_whose_file_went_in_the_middle_of_a_search_is_named(
    tmp_path: Path, filled: ReadStore, keys: DayKeys
) -> None:
    stream = filled.stream(PARTIAL, Order.NEWEST)
    steps = [next(stream)]
    destroy_day(keys, DAYS[1])
    (tmp_path / "reads" / f"{DAYS[1]}.db").unlink()
    assert named_at_each_day([*steps, *stream]) == [(), (), (), (DAYS[1],), (DAYS[1],)]


@on_sqlcipher
@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
def test_a_plate_of_a_day_is_in_no_file_but_that_days(tmp_path: Path, filled: ReadStore) -> None:
    assert {path.stem for path in (tmp_path / "reads").glob("*.db")} == {day.isoformat() for day in DAYS}
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"XYZ789" not in raw


@on_sqlcipher
@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_who_opens_a_day_waits_while_another_gives_it_its_tables(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "day.db"
    with closing(sqlcipher.connect(os.fspath(path), isolation_level=None, check_same_thread=False)) as other:
        other.execute(f"PRAGMA key = \"x'{bytes(32).hex()}'\"")
        other.execute(f"PRAGMA journal_mode = {mode}")
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as threads:
            opened = threads.submit(open_day, path, bytes(32))
            with pytest.raises(TimeoutError):
                opened.result(timeout=0.5)
            other.execute("COMMIT")
            opened.result(timeout=WITHIN).close()


@on_sqlcipher
def test_a_file_that_does_not_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "day.db").write_bytes(b"no day" * 1_000)
    with pytest.raises(sqlcipher.DatabaseError) as raised:
        open_day(tmp_path / "day.db", bytes(32))
    assert raised.tb  # which would keep it open
    assert open_files(tmp_path, "day.db") == []


@on_sqlcipher
def test_searches_of_many_threads_share_a_bounded_number_of_open_files(
    tmp_path: Path, filled: ReadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plateward.field.reads.store.pool.MOST", 3)
    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(lambda _: filled.page(PARTIAL, Order.NEWEST, None, 500), range(16)))
    assert len({page.rows for page in pages}) == 1
    assert len(open_files(tmp_path, ".db")) <= 3 + len(DAYS)  # and those of this thread's own, which wrote


def partitions(day: date) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE %s", [f"reads\\_%{day:%Y%m%d}"]
        )
        return sorted(name for (name,) in cursor.fetchall())


@on_postgresql
@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
def test_dropping_the_partitions_of_a_day_leaves_no_plate_of_it() -> None:
    for day in DAYS:
        configured_store().append(day, reads_on(day))
    names = partitions(DAYS[0])
    assert names == [
        f"reads_{table}_{DAYS[0]:%Y%m%d}" for table in ("id", "read", "source", "summary", "tail")
    ]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TABLE {name}")
        for table in TABLES:
            key = "captured_at < %s" if table in ("reads_read", "reads_summary") else "day = %s"
            bound = FIRST.timestamp() * 1_000_000 + 86_400_000_000 if "captured_at" in key else DAYS[0]
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {key}", [bound])
            assert cursor.fetchone() == (0,)
    rows = configured_store().page(PARTIAL, Order.NEWEST, None, 500).rows
    assert {row.captured_at.date() for row in rows} == set(DAYS[1:])


@on_postgresql
def test_the_server_vacuums_each_part_of_a_day_also_when_little_is_added() -> None:
    configured_store().append(DAYS[0], reads_on(DAYS[0]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = ANY(%s)", [partitions(DAYS[0])])
        options = [set(each) for (each,) in cursor.fetchall()]
    expected = {
        "autovacuum_vacuum_insert_scale_factor=0",
        "autovacuum_vacuum_insert_threshold=50000",
    }
    assert options == [expected] * 5


@on_postgresql
@pytest.mark.clause("6.h.ii/destruction")
@pytest.mark.parametrize("dropped", [True, False])
def test_a_day_that_goes_in_the_middle_of_a_search_is_left_out_and_named(
    filled: ReadStore, keys: DayKeys, dropped: bool
) -> None:
    stream = filled.stream(PARTIAL, Order.NEWEST)
    steps = [next(stream)]
    destroy_day(keys, DAYS[1])
    if dropped:
        filled.shred(DAYS[1])
    assert bool(partitions(DAYS[1])) is not dropped
    steps += stream
    rows = [step for step in steps if isinstance(step, ReadSummary)]
    assert {row.captured_at.date() for row in rows} == {DAYS[0], DAYS[2], DAYS[3]}
    assert named_at_each_day(steps)[-1] == (DAYS[1],)
    assert filled.page(PARTIAL, Order.NEWEST, None, 500).destroyed == ()


@on_postgresql
def test_a_day_of_which_one_table_is_missing_is_lost_and_never_silently_left_out(filled: ReadStore) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE reads_summary_{DAYS[1]:%Y%m%d}")
    for ask in (
        lambda: filled.page(PARTIAL, Order.NEWEST, None, 500),
        lambda: filled.count(PARTIAL, 500),
        lambda: filled.companions(PARTIAL, timedelta(seconds=30), 1, 9),
    ):
        with pytest.raises(DayLost):
            ask()
    others = replace(PARTIAL, span=Span(FIRST + timedelta(days=2), WHOLE.until))
    assert filled.page(others, Order.NEWEST, None, 500).rows


@contextmanager
def dropped_afterward(day: date) -> Iterator[None]:
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name in partitions(day):
                cursor.execute(f"DROP TABLE {name}")
        for file in day_keys().directory.glob(f"{day}*"):  # a day with a key and no reads would be lost
            file.unlink()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_nodes_that_store_the_same_plates_in_another_order_never_deadlock() -> None:
    day = date(2026, 8, 1)
    reads = reads_on(day) + [read for number in range(5) for read in reads_on(day)]
    batches = [reads[start::4] for start in range(4)]

    def store(batch: list[StoredRead]) -> None:
        try:
            for start in range(0, len(batch), 10):
                configured_store().append(day, batch[start : start + 10][::-1])
        finally:
            connection.close()

    with dropped_afterward(day):
        configured_store().append(day, reads[:1])
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(store, batches))
        span = Span(datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 2, tzinfo=UTC))
        every = ReadQuery(span, readers=frozenset(f"reader-{number}" for number in range(4)))
        assert configured_store().count(every, 1_000).reads == len(reads)
    assert not transaction.get_connection().in_atomic_block


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_who_waits_for_the_reads_of_plates_holds_nothing_that_a_new_day_needs() -> None:
    day = date(2026, 8, 2)
    reads = reads_on(day)

    def ask() -> list[StoredRead]:
        try:
            return list(configured_store().of_plates(day, {reads[0].read.plate}))
        finally:
            connection.close()

    with dropped_afterward(day), ThreadPoolExecutor(1) as threads:
        configured_store().append(day, reads)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE reads_read IN ACCESS EXCLUSIVE MODE")
            answer = threads.submit(ask)
            waiting: list[tuple[int]] = []
            while not waiting:
                cursor.execute(
                    "SELECT pid FROM pg_locks WHERE relation = 'reads_read_20260802'::regclass AND NOT granted"
                )
                waiting = cursor.fetchall()
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE pid = %s AND relation = ANY(%s::regclass[])",
                [*waiting[0], ["reads_read", "reads_summary", "reads_summary_20260802"]],
            )
            held = cursor.fetchall()
        assert answer.result()
    assert held == []


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_day_that_another_reader_begins_meanwhile_is_not_missing() -> None:
    day = date(2026, 8, 3)
    reads = reads_on(day)

    def store() -> None:
        try:
            configured_store().append(day, reads)
        finally:
            connection.close()

    with dropped_afterward(day), ThreadPoolExecutor(1) as threads:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            storing = threads.submit(store)

            def waits() -> bool:
                cursor.execute(
                    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                    " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
                )
                return bool(cursor.fetchone()[0])

            wait_until(waits)
            make_partitions(day)
            day_keys().note_reads(day)
        storing.result(WITHIN)
        assert configured_store().totals(day)[0] == len(reads)
