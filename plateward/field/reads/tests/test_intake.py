"""What the device listener accepts, and what it refuses without storing anything."""

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import OperationalError, connection
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.models import Reader
from plateward.field.reads.images import image_segments
from plateward.field.reads.models import Batch
from plateward.field.reads.store import ReadKey, configured_store
from plateward.field.reads.store.selection import DayQuery
from plateward.field.reads.store.sqlcipher import SqlcipherStore
from plateward.ground import clock
from plateward.ground.wire import encode
from plateward.testing.roadside import JPEG, Photo, Roadside, enroll_reader

pytestmark = pytest.mark.django_db


def stored(photo: Photo) -> bool:
    return configured_store().get(ReadKey(photo.read.captured_at.date(), photo.read.id)) is not None


def error(answer: object) -> str:
    return str(msgspec.msgpack.decode(answer.content)["error"])  # type: ignore[attr-defined]


@pytest.mark.both_databases
@pytest.mark.clause(
    "5.a/trail", "5.a/photograph", "5.c/image", "5.c/data", "5.c/position", "5.i/record", "5.i/position"
)
def test_a_read_is_kept_with_its_images_place_time_and_signature() -> None:
    reader = enroll_reader()
    photo = reader.photo()
    receipt = reader.send(photo)
    assert receipt.accepted == [photo.read.id]
    stored = configured_store().get(ReadKey(photo.read.captured_at.date(), photo.read.id))
    assert stored is not None
    assert stored.read == photo.read
    assert stored.signature == reader.signed(photo).signature
    assert image_segments().read(stored.context) == photo.context
    assert image_segments().read(stored.plate_image) == photo.plate


def test_the_reader_counts_as_seen() -> None:
    reader = enroll_reader()
    reader.send(reader.photo(), reader.photo())
    row = Reader.objects.get()
    assert row.reads == 2
    assert row.last_seen_at is not None


@pytest.mark.both_databases
def test_what_its_latest_read_said_stays_with_older_reads_and_with_none() -> None:
    reader = enroll_reader()
    latest = reader.photo(shift_check=True)
    reader.send(latest)
    for later in ([], [reader.photo(captured_at=latest.read.captured_at - timedelta(minutes=1))], [latest]):
        reader.send(*later)
        row = Reader.objects.get()
        assert (row.last_read_at, row.says_checked) == (latest.read.captured_at, True)
    newer = reader.photo(shift_check=False, captured_at=latest.read.captured_at + timedelta(seconds=1))
    reader.send(newer)
    row = Reader.objects.get()
    assert (row.last_read_at, row.says_checked, row.reads) == (newer.read.captured_at, False, 3)


@pytest.mark.both_databases
def test_a_replayed_batch_gets_the_same_receipt_and_stores_nothing_twice() -> None:
    reader = enroll_reader()
    body = encode(reader.batch(reader.photo()))
    first, second = reader.post(body), reader.post(body)
    assert first.content == second.content
    assert Batch.objects.count() == 1
    assert Reader.objects.get().reads == 1


@pytest.mark.both_databases
def test_a_read_that_comes_again_in_another_batch_is_a_duplicate() -> None:
    reader = enroll_reader()
    photo = reader.photo()
    reader.send(photo)
    receipt = reader.send(photo)
    assert (receipt.accepted, receipt.duplicates) == ([], [photo.read.id])


@pytest.mark.both_databases
@pytest.mark.clause("6.j.i/unaltered")
@pytest.mark.parametrize(
    ("together", "days"),
    [(True, 0), (True, 1), (False, 0)],
    ids=["in one batch", "in one batch, of another day", "in a later batch"],
)
def test_a_second_read_under_one_id_is_rejected_and_the_first_stays(together: bool, days: int) -> None:
    reader = enroll_reader()
    first = reader.photo("ABC123")
    when = first.read.captured_at - timedelta(days=days)
    second = reader.photo("XYZ987", id=first.read.id, captured_at=when)
    if together:
        receipt = reader.send(first, second, first)
        assert receipt.accepted == [first.read.id]
    else:
        reader.send(first)
        receipt = reader.send(second)
        assert receipt.accepted == []
    assert receipt.duplicates == []
    [rejected] = receipt.rejected
    assert rejected.id == first.read.id
    assert "different read with this id" in rejected.reason
    stored = configured_store().get(ReadKey(first.read.captured_at.date(), first.read.id))
    assert stored is not None
    assert stored.read == first.read


@pytest.mark.clause("6.j.i/proven")
def test_an_altered_read_is_rejected_and_the_others_are_kept() -> None:
    reader = enroll_reader()
    good, bad = reader.photo(), reader.photo(plate="XYZ987")
    batch = reader.batch(good, bad)
    altered = msgspec.structs.replace(batch.reads[1], body=batch.reads[1].body.replace(b"XYZ987", b"XYZ988"))
    answer = reader.post(encode(msgspec.structs.replace(batch, reads=[batch.reads[0], altered])))
    receipt = msgspec.msgpack.decode(answer.content)
    assert len(receipt["accepted"]) == 1
    assert "signature" in receipt["rejected"][0]["reason"]
    assert stored(good)
    assert not stored(bad)


@pytest.mark.clause("6.j.i/proven")
def test_an_exchanged_image_is_rejected() -> None:
    reader = enroll_reader()
    photo = reader.photo()
    batch = reader.batch(photo)
    swapped = dict.fromkeys(batch.images, b"\xff\xd8\xff another")
    receipt = msgspec.msgpack.decode(
        reader.post(encode(msgspec.structs.replace(batch, images=swapped))).content
    )
    assert "not the one the reader signed" in receipt["rejected"][0]["reason"]
    assert not stored(photo)


def test_a_read_from_the_future_is_rejected() -> None:
    reader = enroll_reader()
    photo = reader.photo(captured_at=clock.now() + timedelta(minutes=6))
    receipt = reader.send(photo)
    assert "clock is 5 minutes ahead" in receipt.rejected[0].reason
    assert not stored(photo)


@pytest.mark.clause("6.j.i/proven")
def test_a_reader_cannot_speak_for_another_camera() -> None:
    reader = enroll_reader()
    receipt = reader.send(reader.photo(camera="Unit 14 rear"))
    assert "camera is Unit 12 rear" in receipt.rejected[0].reason


@pytest.mark.clause("6.i.ii/devices", "6.j.i/proven", "6.b.i.9/denied")
@pytest.mark.parametrize(
    "case",
    [
        "unknown",
        "wrong key",
        "revoked",
        "another's certificate",
        "no certificate",
        "stale",
        "from the future",
    ],
)
def test_it_refuses_a_caller_that_it_does_not_know(case: str) -> None:
    reader = enroll_reader()
    body = encode(reader.batch(reader.photo()))
    late, certificate = timedelta(0), None
    if case == "unknown":
        reader = Roadside("nobody", reader.camera, reader.key)
    elif case == "wrong key":
        reader = Roadside(reader.name, reader.camera, Ed25519PrivateKey.generate())
    elif case == "revoked":
        Reader.objects.update(revoked_at=clock.now())
    elif "certificate" in case:
        certificate = "" if case == "no certificate" else enroll_reader("unit-14", "Unit 14 rear").name
    else:
        late = timedelta(minutes=-6 if case == "from the future" else 6)
    answer = reader.post(body, late=late, certificate=certificate)
    assert answer.status_code == 401
    assert "6.j.i" in error(answer)
    assert not Batch.objects.exists()
    refusal = AuditEntry.objects.latest("sequence")
    assert (refusal.event, refusal.outcome) == ("batch.refuse", "refused")


@pytest.mark.both_databases
@pytest.mark.clause("6.j.i/proven")
def test_a_reader_cannot_take_another_readers_batch_number() -> None:
    first, second = enroll_reader(), enroll_reader("unit-14", "Unit 14 rear")
    batch = first.batch(first.photo())
    assert first.post(encode(batch)).status_code == 200
    receipt = bytes(Batch.objects.get().receipt)
    photo = second.photo()
    other_batch = msgspec.structs.replace(second.batch(photo), id=batch.id)
    answer = second.post(encode(other_batch))
    assert answer.status_code == 400
    assert "Another reader" in error(answer)
    assert bytes(Batch.objects.get().receipt) == receipt
    assert not stored(photo)


def test_a_body_that_is_no_batch_gets_a_clear_error() -> None:
    reader = enroll_reader()
    answer = reader.post(b"\x81\xa1x")
    assert answer.status_code == 400
    assert "Batch" in error(answer)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/first", "6.b.i.10/failure")
def test_without_the_log_nothing_is_acknowledged_and_the_reader_sends_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = enroll_reader()
    photo = reader.photo()
    body = encode(reader.batch(photo))

    def broken(*_: object) -> None:
        raise OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr("plateward.core.audit.log.insert_entries", broken)
        answer = reader.post(body)
    assert answer.status_code == 503
    assert not Batch.objects.exists()
    receipt = msgspec.msgpack.decode(reader.post(body).content)
    assert len(receipt["duplicates"]) == 1
    assert stored(photo)


@contextmanager
def full_images() -> Iterator[None]:
    """The images' disk accepts no writes within the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "plateward.ground.vault.segments._write_all",
            raising(OSError(errno.ENOSPC, "No space left on device")),
        )
        yield


@contextmanager
def full_read_store() -> Iterator[None]:
    """The day's file may not grow within the block; on PostgreSQL the server says so."""
    if connection.vendor == "postgresql":
        with _raises_disk_full("INSERT INTO reads_tail"):
            yield
        return
    read_store = configured_store()
    assert isinstance(read_store, SqlcipherStore)
    today = clock.now().date()
    [(usual,)], [(pages,)] = (
        read_store.select(DayQuery(today, f"PRAGMA {size}")) for size in ("max_page_count", "page_count")
    )
    read_store.select(
        DayQuery(today, f"PRAGMA max_page_count = {pages}")
    )  # the open file's, which is lent next
    yield
    read_store.select(DayQuery(today, f"PRAGMA max_page_count = {usual}"))


@contextmanager
def full_database() -> Iterator[None]:
    """The hub's database has no room for the receipt."""
    with _raises_disk_full('INSERT INTO "reads_batch"'):
        yield


@contextmanager
def _raises_disk_full(statement: str) -> Iterator[None]:
    """The database's own error, as Django passes it on; a real one would end the test's transaction."""
    if connection.vendor == "postgresql":
        error: Exception = psycopg.errors.DiskFull()
    else:
        error = sqlcipher.OperationalError("database or disk is full")
        error.sqlite_errorcode = 13  # type: ignore[attr-defined]

    def execute(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(statement):
            raise OperationalError(str(error)) from error
        return run(sql, *rest)

    with connection.execute_wrapper(execute):
        yield


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.both_databases
@pytest.mark.parametrize("full", [full_images, full_read_store, full_database])
def test_a_full_disk_is_said_and_loses_nothing(full: Callable[[], AbstractContextManager[None]]) -> None:
    reader = enroll_reader()
    reader.send(reader.photo())
    photos = [reader.photo(image=JPEG + bytes(60_000)) for _ in range(30)]
    body = encode(reader.batch(*photos))
    with full():
        answer = reader.post(body)
    assert answer.status_code == 507, answer.content
    assert "disk is full" in error(answer)
    receipt = msgspec.msgpack.decode(reader.post(body).content)
    assert len(receipt["accepted"]) + len(receipt["duplicates"]) == len(photos)
    assert all(stored(photo) for photo in photos)
