"""A changed byte of a read or an image is found, whatever store it is in, and so is what was removed or set back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import connection
from django.test import override_settings

from plateward.core.jobs.check import Fault, RoundStep
from plateward.field.fleet.models import Reader
from plateward.field.reads import integrity, losses
from plateward.field.reads.intake import actions as intake
from plateward.field.reads.models import Batch
from plateward.field.reads.store import ReadKey, ReadStore, StoredRead
from plateward.field.reads.store.away import DayLost
from plateward.field.reads.store.rows import COLUMNS, SUMMARY_COLUMNS
from plateward.field.reads.store.sqlcipher import SqlcipherStore
from plateward.field.reads.tests.homes import Home, end
from plateward.ground import clock
from plateward.ground.vault.day_keys import DayKeyMissing, DayKeys
from plateward.ground.vault.segments import Segments
from plateward.ground.wire import encode
from plateward.ground.wire.batch import decode_receipt
from plateward.testing.destruction import destroy_day
from plateward.testing.roadside import Roadside, enroll_reader

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("6.b.i.3/integrity", "6.b.i.3/privacy", "6.j.i/proven", "5.c/image", "5.c/data"),
    pytest.mark.both_databases,
]


LOOKED_UP = "Its plate, camera or deployment was removed from what searches look up: they may not find it."


@pytest.fixture
def segments(tmp_path: Path, keys: DayKeys) -> Segments:
    return Segments(tmp_path / "images", keys)


@pytest.fixture
def reader(
    read_store: ReadStore, segments: Segments, keys: DayKeys, monkeypatch: pytest.MonkeyPatch
) -> Roadside:
    """A reader whose reads go to a store of their own, and five reads of it."""
    for module in (integrity, intake, losses):
        monkeypatch.setattr(module, "configured_store", lambda: read_store)
    for module in (integrity, intake):
        monkeypatch.setattr(module, "image_segments", lambda: segments)
    monkeypatch.setattr(integrity, "day_keys", lambda: keys)
    made = enroll_reader("unit-77")
    made.send(*(made.photo(f"INT00{number}") for number in range(5)))
    return made


def faults(look: Callable[[str], Iterator[RoundStep]]) -> list[Fault]:
    return [fault for step in look("") for fault in step.faults]


def run_on_day(store: ReadStore, sql: str, *values: Any) -> None:
    """With the rights of the database's owner, in today's tables."""
    day = clock.now().date()
    if isinstance(store, SqlcipherStore):
        with store._pool.connection(day) as file:
            file.execute("DROP TRIGGER IF EXISTS summary_never_goes")
            file.execute(sql.format("", read="read", mark="?"), values)
    else:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(part := f"_{day:%Y%m%d}", read=f"reads_read{part}", mark="%s"), values)


def change(store: ReadStore, table: str, column: str, value: Any) -> None:
    """With the rights of the database's owner: in all reads of today."""
    day = clock.now().date()
    if isinstance(store, SqlcipherStore):
        with store._pool.connection(day) as file:
            for trigger in (
                "read_never_changes",
                "summary_never_changes",
                "read_never_goes",
                "summary_never_goes",
            ):
                file.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            file.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", [value])
    else:
        part = f"{table}_{day:%Y%m%d}"
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {part} DISABLE TRIGGER USER")
            cursor.execute(
                f"UPDATE {part} SET {column} = %s WHERE id = (SELECT id FROM {part} ORDER BY id LIMIT 1)",
                [value],
            )


def test_what_is_as_it_was_signed_is_green(reader: Roadside) -> None:
    steps = list(integrity.check_images(""))
    assert sum(step.checked for step in steps) == 10
    assert sum(step.checked for step in integrity.check_reads("")) == 5
    assert not [fault for step in steps for fault in step.faults]
    assert not faults(integrity.check_reads)
    assert not faults(integrity.check_batches)
    assert integrity._check_day_keys() == (1, [])


@pytest.mark.parametrize("column", [*COLUMNS, *(f"summary.{name}" for name in SUMMARY_COLUMNS)])
def test_a_changed_column_is_found(reader: Roadside, read_store: ReadStore, column: str) -> None:
    name = column.removeprefix("summary.")
    now = round(clock.now().timestamp() * 1_000_000)
    values: dict[str, Any] = {
        "id": b"\x01" * 16, "captured_at": now - 1, "cell": 1, "received_at": now - 86_400_000_000, "body": b"\x80",
        "signature": bytes(64), "lat": 1.0, "lon": 1.0, "heading": 1.0, "generation": 1,
    }  # fmt: skip
    value = values.get(name, 40 if name.endswith(("offset", "length")) else "ZZ9")
    change(read_store, "reads_summary" if name != column else "read" if connection.vendor == "sqlite" else "reads_read",
           name, value)  # fmt: skip
    found = faults(integrity.check_reads) + faults(integrity.check_images)
    assert found
    assert all(fault.object.startswith("read") for fault in found)


def test_every_byte_of_a_body_and_a_signature_counts(reader: Roadside, read_store: ReadStore) -> None:
    rows = read_store.raw_rows(clock.now().date(), b"", 1)
    body, signature = (bytes(rows[0][COLUMNS.index(name)]) for name in ("body", "signature"))
    random = Random(7)
    table = "read" if connection.vendor == "sqlite" else "reads_read"
    for _ in range(10):
        for name, content in (("body", bytearray(body)), ("signature", bytearray(signature))):
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
            change(read_store, table, name, bytes(content))
            assert faults(integrity.check_reads), (name, bytes(content))
        change(read_store, table, "body", body)


def test_every_byte_of_an_image_counts(reader: Roadside, tmp_path: Path) -> None:
    """On SQLCipher and PostgreSQL the images are the same files."""
    [file] = (tmp_path / "images").glob("*.seg")
    content, random = file.read_bytes(), Random(7)
    for position in random.sample(range(len(content)), 25):
        file.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        assert faults(integrity.check_images), position
    file.write_bytes(content)
    assert not faults(integrity.check_images)
    file.write_bytes(content[:-1])
    [cut] = faults(integrity.check_images)
    assert cut.problem == "Its plate image is missing, cut or altered."
    file.unlink()
    assert len(faults(integrity.check_images)) == 5


def test_every_byte_of_a_days_file_and_key_counts(
    reader: Roadside, read_store: ReadStore, keys: DayKeys, tmp_path: Path
) -> None:
    random, files = Random(7), [*(tmp_path / "days").glob("*.key")]
    if isinstance(read_store, SqlcipherStore):
        with read_store._pool.connection(clock.now().date()) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        files += (tmp_path / "reads").glob("*.db")
    for path in files:
        content = path.read_bytes()
        for position in random.sample(range(len(content)), 8):
            if isinstance(read_store, SqlcipherStore):
                read_store._pool.close(clock.now().date())
            path.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
            assert integrity._check_day_keys()[1] or faults(integrity.check_reads), (path, position)
        path.write_bytes(content)
    assert not integrity._check_day_keys()[1]
    assert not faults(integrity.check_reads)


def test_an_older_file_or_one_that_is_gone_is_found_by_what_the_log_says(
    reader: Roadside, read_store: ReadStore, tmp_path: Path
) -> None:
    table = "read" if connection.vendor == "sqlite" else "reads_read"
    photo = reader.photo("INT999")
    change(read_store, table, "cell", 1)  # drops the triggers
    reader.send(photo)
    day = clock.now().date()
    if isinstance(read_store, SqlcipherStore):
        with read_store._pool.connection(day) as file:
            file.execute("DELETE FROM read WHERE id = ?", [photo.read.id.bytes])
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}_{day:%Y%m%d} WHERE id = %s", [photo.read.id.bytes])
    [fault] = faults(integrity.check_batches)
    assert fault.problem == f"Of its 1 reads 1 are missing: {photo.read.id}."
    assert fault.at
    assert next(integrity.check_batches(fault.at)).faults == [fault]
    Batch.objects.all().delete()
    assert [fault.problem for fault in faults(integrity.check_batches)] == [
        "The log has it, and the database does not: it was removed."
    ] * 2


def test_an_altered_receipt_is_found(reader: Roadside) -> None:
    batch = Batch.objects.get()
    Batch.objects.update(receipt=bytes(batch.receipt)[:-1])
    assert [fault.object for fault in faults(integrity.check_batches)] == [f"batch:{batch.pk}"]
    receipt = decode_receipt(bytes(batch.receipt))
    kept = [receipt.accepted[0]] * 4
    for accepted in ([*kept, receipt.accepted[0]], [*kept, receipt.accepted[1]], receipt.accepted[::-1]):
        Batch.objects.update(receipt=encode(msgspec.structs.replace(receipt, accepted=accepted)))
        assert [fault.problem for fault in faults(integrity.check_batches)] == [
            "Its receipt was altered: it is not the one on the log."
        ]


def test_what_cannot_be_judged_is_found_again_where_it_lies_and_hides_nothing_else(
    reader: Roadside, monkeypatch: pytest.MonkeyPatch, keys: DayKeys, tmp_path: Path
) -> None:
    [file] = (tmp_path / "images").glob("*.seg")
    file.rename(file.with_suffix(".aside"))
    file.symlink_to(file)  # opening it is an OSError
    assert {fault.problem for fault in faults(integrity.check_images)} == {
        "Its context image cannot be read. Its plate image cannot be read."
    }
    file.with_suffix(".aside").rename(file)
    monkeypatch.setattr(integrity, "ROWS_WITH_IMAGES", 2)
    day, judged = clock.now().date(), []

    def loses_its_key(stored: StoredRead, row: object) -> Iterator[str]:
        judged.append(stored)
        if len(judged) > 2:
            raise DayKeyMissing("No key.")
        yield from ()

    monkeypatch.setattr(integrity, "_problems_of_images", loses_its_key)
    [fault] = faults(integrity.check_images)
    assert fault.at == f"{day}:{judged[1].read.id.hex}"
    assert next(integrity.check_images(fault.at)).faults == [fault]


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("INSERT INTO reads_summary{0} (captured_at, id, plate, camera, reader, folded)"
         " SELECT captured_at, {mark}, 'FORGED', camera, reader, folded FROM reads_summary{0} LIMIT 1",
         "It has 5 reads, and searches ask 6 rows: some were added or removed."),
        ("INSERT INTO {read} SELECT {mark}, captured_at, plate, state, camera, cell, reader, received_at, body,"
         " signature, 0, 0, 0, 0, 0, folded FROM {read} LIMIT 1",
         "It has 6 rows, and 5 of them are reads: others were added."),
        ("DELETE FROM reads_tail{0} WHERE start = 2 AND tail <> {mark}", LOOKED_UP),
        ("DELETE FROM reads_source{0} WHERE camera <> {mark}", LOOKED_UP),
    ],
)  # fmt: skip
def test_what_searches_show_is_what_was_signed_no_more_and_no_less(
    reader: Roadside, read_store: ReadStore, sql: str, problem: str
) -> None:
    mark: Any = "" if sql.startswith("DELETE") else b"" if "{read}" in sql else b"\2" * 16
    run_on_day(read_store, sql, mark)
    found = faults(integrity.check_reads)
    assert {fault.problem for fault in found} == {problem}
    assert next(integrity.check_reads(found[0].at)).faults[0] == found[0]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="about files and loose types")
def test_a_read_in_another_days_file_and_an_id_of_another_type_are_found(
    reader: Roadside, read_store: ReadStore, keys: DayKeys
) -> None:
    assert isinstance(read_store, SqlcipherStore)
    today = clock.now().date()
    yesterday = today - timedelta(days=1)
    stored = read_store.get(ReadKey(today, UUID(bytes=bytes(read_store.raw_rows(today, b"", 1)[0][0]))))
    assert stored
    read_store.append(yesterday, [stored])
    assert [fault.problem for fault in faults(integrity.check_reads)] == [
        f"It lies among the reads of {yesterday}: it was moved or copied."
    ]
    columns = ",".join(COLUMNS[1:])
    for junk in (7, "text of 16 bytes"):
        run_on_day(read_store, f"INSERT INTO {{read}} SELECT {{mark}}, {columns} FROM {{read}} LIMIT 1", junk)
    assert "It has 7 rows, and 5 of them are reads: others were added." in {
        fault.problem for fault in faults(integrity.check_reads)
    }


@pytest.mark.skipif(connection.vendor == "sqlite", reason="about tables")
def test_a_days_tables_that_were_dropped_are_found(reader: Roadside, keys: DayKeys) -> None:
    day = clock.now().date()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE reads_summary_{day:%Y%m%d}")
    assert [fault.problem for fault in faults(integrity.check_reads)] == [str(DayLost(day))]


def test_a_day_with_a_key_and_no_reads_is_found(reader: Roadside, keys: DayKeys) -> None:
    day = clock.now().date() - timedelta(days=3)
    keys.key(day)
    assert integrity._check_day_keys()[1] == [Fault(f"reads of {day}", integrity.TAKEN)]


def test_a_row_that_is_no_read_is_named_and_the_next_is_looked_at() -> None:
    junk = (bytes(15) + b"\1", 1, "A", None, "c", None, "r", "never", "text", b"", 0, 0, 0, 0, 0, "A")
    [fault] = integrity._faults_of(clock.now().date(), junk, integrity._problems_of_images)
    assert fault.problem == "Its signed part was altered: it cannot be read."


def test_a_read_is_looked_at_again_where_it_lies(reader: Roadside, read_store: ReadStore) -> None:
    change(read_store, "reads_summary", "plate", "OTHER1")
    found = faults(integrity.check_reads)
    again = next(integrity.check_reads(found[-1].at))
    assert again.faults[0] == found[-1]


def test_the_key_of_that_time_counts(reader: Roadside) -> None:
    Reader.objects.update(revoked_at=clock.now() - timedelta(minutes=5))
    assert {fault.problem for fault in faults(integrity.check_reads)} == {
        "It came while its reader was not enrolled."
    }


@pytest.mark.clause("6.h.ii/destruction", "6.i.i/keys")
def test_destroyed_days_stay_destroyed_and_others_have_their_key(reader: Roadside, keys: DayKeys) -> None:
    day = clock.now().date()
    key = keys.directory / f"{day}.key"
    content = key.read_bytes()
    key.unlink()
    assert "never destroyed" in integrity._check_day_keys()[1][0].problem
    key.write_bytes(content)
    destroy_day(keys, day)
    assert not integrity._check_day_keys()[1]
    beside = UUID(int=int((clock.now() - timedelta(days=1)).timestamp() * 1000) << 80)
    assert integrity._missing({beside}) == {beside}
    assert (
        not faults(integrity.check_reads) + faults(integrity.check_images) + faults(integrity.check_batches)
    )
    key.write_bytes(content)
    assert integrity._check_day_keys()[1][0].problem == f"{day} was destroyed, but its key is there again."


@pytest.mark.clause("6.h.ii/destruction")
def test_a_kept_read_that_is_gone_from_a_renewed_day_is_lost_and_not_destroyed(
    reader: Roadside,
    read_store: ReadStore,
    segments: Segments,
    keys: DayKeys,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    day = clock.now().date()
    ids = [UUID(bytes=bytes(row[0])) for row in read_store.raw_rows(day, b"", 9)]
    Home(tmp_path, read_store, keys, segments).used(monkeypatch)
    end(day, set(ids[:2]))
    assert not faults(integrity.check_batches)
    table = "read" if connection.vendor == "sqlite" else "reads_read"
    change(read_store, table, "cell", 1)  # drops the triggers
    run_on_day(read_store, "DELETE FROM {read} WHERE id = {mark}", ids[0].bytes)
    assert [fault.problem for fault in faults(integrity.check_batches)] == [
        f"Of its 5 reads 1 are missing: {ids[0]}."
    ]
    (keys.directory / f"{day}.1.reads").write_bytes(b"")
    assert "The list of the reads" in integrity._check_day_keys()[1][0].problem


@pytest.mark.clause("6.h.i/terms", "6.h.ii/reads")
def test_reads_are_kept_as_long_as_the_pack_says() -> None:
    assert integrity._check_retention() == (1, [])
    with override_settings(READS_KEPT=timedelta(days=29)):
        assert "at least 30" in integrity._check_retention()[1][0].problem
