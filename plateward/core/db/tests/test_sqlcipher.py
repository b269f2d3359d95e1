"""The SQLCipher engine."""

import copy
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError, ProgrammingError, connections, transaction
from sqlcipher3 import dbapi2

from plateward.core.db.sqlcipher.base import DatabaseUnreadable, DatabaseWrapper

KEY = bytes(range(32))
PLATE = "ZIA1234"


def wrapper(path: Path, key: bytes | str | None = KEY) -> DatabaseWrapper:
    settings = copy.deepcopy(connections["default"].settings_dict)
    settings |= {
        "NAME": path,
        "OPTIONS": {} if key is None else {"key": key},
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": None,
    }
    return DatabaseWrapper(settings, "plate_test")


def pooled(path: Path) -> DatabaseWrapper:
    """A wrapper that pools at most one connection."""
    made = wrapper(path)
    made.settings_dict["OPTIONS"]["pool"] = 1
    return made


@pytest.fixture(autouse=True)
def _databases_of_its_own(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def database(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    opened = wrapper(tmp_path / "hub.db")
    run(opened, "CREATE TABLE sighting (plate varchar UNIQUE, seen datetime, ok bool)")
    yield opened
    opened.close()


def run(database: DatabaseWrapper, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.clause("6.i.i/aes", "SC-28/data")
def test_a_known_plate_is_found_nowhere_in_the_raw_files(database: DatabaseWrapper, tmp_path: Path) -> None:
    run(database, "INSERT INTO sighting (plate) VALUES (%s)", [PLATE])

    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(files) == {"hub.db", "hub.db-wal", "hub.db-shm"}
    assert files["hub.db-wal"]
    for content in files.values():
        assert PLATE.encode() not in content
        assert b"sighting" not in content
        assert b"SQLite format" not in content

    run(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    assert PLATE.encode() not in (tmp_path / "hub.db").read_bytes()
    assert run(database, "SELECT plate FROM sighting") == [(PLATE,)]


@pytest.mark.clause("6.i.i/aes")
def test_plain_sqlite_cannot_open_it(database: DatabaseWrapper, tmp_path: Path) -> None:
    run(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    plain = sqlite3.connect(tmp_path / "hub.db")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        plain.execute("SELECT count(*) FROM sqlite_master")
    plain.close()


@pytest.mark.clause("6.i.i/keys")
def test_another_key_is_refused_in_a_sentence_that_names_the_clause(
    database: DatabaseWrapper, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DatabaseUnreadable, match=r"key ring.*\(OPR:50 6\.i\.i\)") as refused:
        wrapper(tmp_path / "hub.db", bytes(32)).connect()
    assert bytes(32).hex() not in str(refused.value)
    assert capfd.readouterr().err == ""


@pytest.mark.clause("6.i.i/aes")
def test_an_unencrypted_file_is_refused(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "plain.db")
    plain.execute("CREATE TABLE sighting (plate)")
    plain.close()
    with pytest.raises(DatabaseUnreadable, match="is not encrypted"):
        wrapper(tmp_path / "plain.db").connect()


@pytest.mark.parametrize("key", [None, "", b"short", "ab" * 31, "not hexadecimal " * 4])
def test_no_key_or_a_malformed_one_opens_nothing(tmp_path: Path, key: bytes | str | None) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        wrapper(tmp_path / "hub.db", key).connect()
    assert not key or str(key) not in str(refused.value)
    assert not (tmp_path / "hub.db").exists()


def test_the_key_may_be_given_in_hexadecimal(database: DatabaseWrapper, tmp_path: Path) -> None:
    again = wrapper(tmp_path / "hub.db", KEY.hex())
    assert run(again, "SELECT count(*) FROM sighting") == [(0,)]
    again.close()


def test_a_commit_is_durable_and_references_are_kept(database: DatabaseWrapper) -> None:
    full, memory = 2, 2
    assert run(database, "PRAGMA journal_mode") == [("wal",)]
    assert run(database, "PRAGMA synchronous") == [(full,)]
    assert run(database, "PRAGMA temp_store") == [(memory,)]
    assert run(database, "PRAGMA foreign_keys") == [(1,)]


def test_values_come_back_as_django_stores_them(database: DatabaseWrapper) -> None:
    run(
        database,
        "INSERT INTO sighting VALUES (%(plate)s, %(seen)s, %(ok)s)",
        {"plate": "50%", "seen": "2026-07-01 12:00:00", "ok": True},
    )
    (row,) = run(database, "SELECT plate, seen, ok FROM sighting WHERE plate LIKE '50%%'", ())
    assert (row[0], row[1].hour, row[2]) == ("50%", 12, True)
    with database.cursor() as cursor:
        cursor.executemany("INSERT INTO sighting (plate) VALUES (%s)", [("A",), ("B",)])
        cursor.executemany("INSERT INTO sighting (plate) VALUES (%(plate)s)", [{"plate": "C"}])
    assert run(database, "SELECT count(*) FROM sighting") == [(4,)]
    with pytest.raises(IntegrityError):
        run(database, "INSERT INTO sighting (plate) VALUES ('A')")


def test_writers_in_many_threads_wait_for_each_other(tmp_path: Path, database: DatabaseWrapper) -> None:
    run(database, "INSERT INTO sighting VALUES ('count', NULL, 0)")
    failures: list[Exception] = []

    def add() -> None:
        own = wrapper(tmp_path / "hub.db")
        connections["plate_test"] = own
        try:
            for _ in range(20):
                with transaction.atomic(using="plate_test"):
                    ((count,),) = run(own, "SELECT CAST(ok AS integer) FROM sighting")
                    run(own, "UPDATE sighting SET ok = %s", [count + 1])
        except Exception as failure:
            failures.append(failure)
        finally:
            own.close()
            del connections["plate_test"]

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert run(database, "SELECT CAST(ok AS integer) FROM sighting") == [(80,)]


def test_a_writer_gives_up_in_the_end_and_can_write_afterward(
    tmp_path: Path, database: DatabaseWrapper
) -> None:
    late = wrapper(tmp_path / "hub.db")
    late.wait_s = 0.05
    connections["plate_test"] = late
    try:
        database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        with pytest.raises(OperationalError, match="locked"), transaction.atomic(using="plate_test"):
            pytest.fail("two write at once")
        database.rollback()
        with transaction.atomic(using="plate_test"):
            run(late, "INSERT INTO sighting (plate) VALUES ('A')")
    finally:
        late.close()
        del connections["plate_test"]
    assert run(database, "SELECT plate FROM sighting") == [("A",)]


@pytest.mark.parametrize("in_transaction", [True, False])
def test_a_half_read_query_keeps_no_later_write_from_the_database(
    tmp_path: Path, database: DatabaseWrapper, in_transaction: bool
) -> None:
    """Its snapshot is from before another's write: SQLite alone would refuse, however long one waits."""
    run(database, "INSERT INTO sighting VALUES ('A', NULL, 0), ('B', NULL, 0)")
    late = connections["plate_test"] = wrapper(tmp_path / "hub.db")
    try:
        half = late.cursor()
        half.execute("SELECT plate FROM sighting")
        assert half.fetchone() == ("A",)
        run(database, "UPDATE sighting SET ok = 1")
        with transaction.atomic(using="plate_test") if in_transaction else nullcontext():
            run(late, "UPDATE sighting SET plate = 'C' WHERE ok AND plate = 'B'")
        with pytest.raises(ProgrammingError, match="closed"):
            half.fetchone()  # never the rest of what was
    finally:
        late.close()
        del connections["plate_test"]
    assert run(database, "SELECT plate FROM sighting ORDER BY plate") == [("A",), ("C",)]


def test_a_cursor_that_was_read_to_the_end_outlives_another_s_write(
    tmp_path: Path, database: DatabaseWrapper
) -> None:
    """Django's cache counts its rows, begins a transaction and goes on with the same cursor. It took the error for a
    value that was there: of two log-ins at the same moment, the code of one was "used already"."""
    run(database, "INSERT INTO sighting VALUES ('A', NULL, 0), ('B', NULL, 0)")
    late = connections["plate_test"] = wrapper(tmp_path / "hub.db")
    try:
        whole, half = late.cursor(), late.cursor()
        whole.execute("SELECT COUNT(*) FROM sighting")
        assert whole.fetchone() == (2,)
        half.execute("SELECT plate FROM sighting")
        half.fetchone()
        run(database, "UPDATE sighting SET ok = 1")
        with transaction.atomic(using="plate_test"):
            whole.execute("SELECT COUNT(*) FROM sighting WHERE ok")
            assert whole.fetchone() == (2,)
    finally:
        late.close()
        del connections["plate_test"]


def test_a_single_statement_waits_for_another_s_transaction_and_many_are_all_or_none(
    tmp_path: Path, database: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = wrapper(tmp_path / "hub.db")
    statement = "INSERT INTO sighting (plate) VALUES (%s)"

    def other_ends(_: float) -> None:
        with suppress(dbapi2.OperationalError):
            database.connection.execute("COMMIT")

    monkeypatch.setattr("plateward.core.db.sqlcipher.base.time.sleep", other_ends)
    database.connection.execute("BEGIN IMMEDIATE")
    run(late, statement, ["A"])
    database.connection.execute("BEGIN IMMEDIATE")
    with late.cursor() as cursor:
        cursor.executemany(statement, [("B",), ("C",)])
        with pytest.raises(IntegrityError):
            cursor.executemany(statement, [("D",), ("A",)])
    late.close()
    assert run(database, "SELECT plate FROM sighting ORDER BY plate") == [("A",), ("B",), ("C",)]


def test_a_closed_connection_waits_for_the_next_one(tmp_path: Path, database: DatabaseWrapper) -> None:
    first, second, third = (pooled(tmp_path / "hub.db") for _ in range(3))
    run(first, "INSERT INTO sighting (plate) VALUES ('A')")
    left = first.connection
    first.close()
    assert run(second, "SELECT plate FROM sighting") == [("A",)]
    assert second.connection is left
    run(third, "SELECT 1")
    assert third.connection is not left  # connections are never shared
    second.close()
    third.close()
    assert DatabaseWrapper._waiting.pop(str(tmp_path / "hub.db")) == [left]  # as many as `pool` allows
    left.close()


@pytest.mark.parametrize("how", ["in the middle of a transaction", "after an error"])
def test_what_is_not_whole_is_left_to_nobody(tmp_path: Path, database: DatabaseWrapper, how: str) -> None:
    first, second = pooled(tmp_path / "hub.db"), pooled(tmp_path / "hub.db")
    run(first, "SELECT 1")
    if how == "after an error":
        with pytest.raises(OperationalError):
            run(first, "SELECT nothing")
    else:
        first.connection.execute("BEGIN IMMEDIATE")
        first.connection.execute("INSERT INTO sighting (plate) VALUES ('A')")
    broken = first.connection
    first.close()
    assert run(second, "SELECT plate FROM sighting") == []
    assert second.connection is not broken
    run(database, "INSERT INTO sighting (plate) VALUES ('B')")  # nothing holds the lock
    second.close()
    for connection in DatabaseWrapper._waiting.pop(str(tmp_path / "hub.db")):
        connection.close()


def test_a_half_read_query_does_not_leave_the_next_with_an_old_snapshot(
    tmp_path: Path, database: DatabaseWrapper
) -> None:
    first, second = pooled(tmp_path / "hub.db"), pooled(tmp_path / "hub.db")
    with database.cursor() as cursor:
        cursor.executemany("INSERT INTO sighting (plate) VALUES (%s)", [(str(n),) for n in range(1000)])
    half = first.cursor()
    half.execute("SELECT plate FROM sighting")
    half.fetchone()
    first.close()
    run(database, "DELETE FROM sighting")
    assert run(second, "SELECT count(*) FROM sighting") == [(0,)]
    second.close()
    DatabaseWrapper._waiting.pop(str(tmp_path / "hub.db")).pop().close()


@pytest.mark.clause("6.j.i/proven")
def test_what_is_deleted_is_overwritten_in_its_page(database: DatabaseWrapper) -> None:
    with database.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
