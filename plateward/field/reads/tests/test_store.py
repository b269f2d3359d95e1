"""The read store on the configured database."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psycopg
import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.field.reads.cell import cell_of
from plateward.field.reads.images import day_keys
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.sqlcipher import SqlcipherStore
from plateward.field.reads.tests.made import made_reads
from plateward.ground.vault.day_keys import DayDestroyed, DayKeyMissing, DayKeys
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.segments import Location
from plateward.ground.wire.read import Position
from plateward.testing.destruction import destroy_day
from plateward.testing.roadside import enroll_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def a_read(plate: str = "ABC123", when: datetime = NOON) -> StoredRead:
    reader = enroll_reader(f"r{plate}{when:%d%f}")
    photo = reader.photo(plate, captured_at=when)
    signed = reader.signed(photo)
    day = when.date()
    return StoredRead(
        photo.read,
        signed.body,
        signed.signature,
        reader.name,
        NOON,
        Location(day, 8, 10),
        Location(day, 18, 10),
    )


def test_it_gives_back_exactly_what_it_took() -> None:
    stored = a_read()
    configured_store().append(stored.day, [stored])
    assert configured_store().get(ReadKey(stored.day, stored.read.id)) == stored
    assert configured_store().stored_ids(stored.day, [stored.read.id]) == {stored.read.id}


def test_each_day_stands_for_itself() -> None:
    stored = a_read()
    configured_store().append(stored.day, [stored])
    other = NOON.replace(day=2).date()
    assert configured_store().stored_ids(other, [stored.read.id]) == set()
    assert configured_store().get(ReadKey(other, stored.read.id)) is None


def test_storing_a_read_again_changes_nothing() -> None:
    stored = a_read()
    configured_store().append(stored.day, [stored])
    configured_store().append(stored.day, [stored])
    assert configured_store().get(ReadKey(stored.day, stored.read.id)) == stored


def test_more_reads_at_once_than_a_statement_takes_are_all_there() -> None:
    reads = made_reads(4_500, NOON.replace(hour=0), 1, Random(1))
    configured_store().append(NOON.date(), reads)
    ids = {stored.read.id for stored in reads}
    assert configured_store().stored_ids(NOON.date(), ids) == ids


@pytest.mark.clause("6.j.i/unaltered")
@pytest.mark.parametrize("change", ["UPDATE {} SET plate = 'XXX000'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_a_read(change: str) -> None:
    stored = a_read()
    configured_store().append(stored.day, [stored])
    if connection.vendor == "postgresql":
        with (
            pytest.raises(DatabaseError, match=r"6\.j\.i"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change.format("reads_read"))
    else:
        path = settings.DATA / "reads" / f"{stored.day}.db"
        with sqlcipher.connect(str(path)) as other:
            other.execute(f"PRAGMA key = \"x'{day_keys().derive(stored.day, 'reads').hex()}'\"")
            with pytest.raises(sqlcipher.IntegrityError, match=r"6\.j\.i"):
                other.execute(change.format("read"))
    assert configured_store().get(ReadKey(stored.day, stored.read.id)) == stored


def test_a_day_whose_key_is_lost_is_told_and_gets_no_other(tmp_path: Path) -> None:
    keys = DayKeys(tmp_path / "days", KeyRing.create(tmp_path / "keys"))
    stored = a_read()
    SqlcipherStore(tmp_path / "reads", keys).append(stored.day, [stored])
    (tmp_path / "days" / f"{stored.day}.key").unlink()
    again = SqlcipherStore(tmp_path / "reads", keys)
    with pytest.raises(DayKeyMissing, match="backup"):
        again.stored_ids(stored.day, [stored.read.id])
    with pytest.raises(DayKeyMissing, match="backup"):
        again.append(stored.day, [stored])
    assert not list(tmp_path.rglob("*.key"))


@pytest.mark.clause("6.h.ii/destruction", "MP-6/erased")
def test_a_destroyed_day_is_closed_to_every_thread_at_once(tmp_path: Path) -> None:
    keys = DayKeys(tmp_path / "days", KeyRing.create(tmp_path / "keys"))
    stored = a_read()
    read_store = SqlcipherStore(tmp_path / "reads", keys)
    read_store.append(stored.day, [stored])
    placed = ReadKey(stored.day, stored.read.id)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(read_store.get, placed).result() == stored
        destroy_day(keys, stored.day)
        for ask in (
            lambda: read_store.get(placed),
            lambda: other.submit(read_store.get, placed).result(),
            lambda: read_store.stored_ids(stored.day, [stored.read.id]),
            lambda: read_store.append(stored.day, [stored]),
        ):
            with pytest.raises(DayDestroyed):
                ask()
    still_open = [
        file for file in Path("/proc/self/fd").iterdir() if str(tmp_path / "reads") in os.path.realpath(file)
    ]
    assert still_open == []


@pytest.mark.clause("6.i.i/aes", "SC-28/data")
def test_a_known_plate_and_image_are_found_nowhere_in_the_raw_files() -> None:
    reader = enroll_reader("sealed")
    photo = reader.photo("KNOWN77")
    reader.send(photo)
    raw = b"".join(path.read_bytes() for path in settings.DATA.rglob("*") if path.is_file())
    assert raw
    for secret in (b"KNOWN77", photo.context, photo.plate):
        assert secret not in raw


def test_places_close_by_share_a_cell_and_distant_ones_do_not() -> None:
    here = cell_of(Position(lat=35.0844, lon=-106.6504))
    assert here == cell_of(Position(lat=35.0850, lon=-106.6500))
    assert here != cell_of(Position(lat=35.1244, lon=-106.6504))
    assert here != cell_of(Position(lat=35.0844, lon=-106.6004))
    assert cell_of(None) is None


@pytest.mark.skipif(connection.vendor == "sqlite", reason="about a server")
@pytest.mark.django_db(transaction=True)
def test_a_server_that_was_restarted_is_asked_by_a_new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    store = configured_store()
    stored = a_read()
    store.append(NOON.date(), [stored])
    with psycopg.connect(connection.connection.info.dsn) as other:
        other.execute("SELECT pg_terminate_backend(%s, 1000)", [connection.connection.info.backend_pid])
    own = connections[DEFAULT_DB_ALIAS]
    monkeypatch.setattr(own, "health_check_enabled", True)
    monkeypatch.setattr(own, "health_check_done", False)  # as when a request begins
    assert list(store.plates(NOON.date())) == ["ABC123"]
