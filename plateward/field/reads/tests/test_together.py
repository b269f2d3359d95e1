"""Batches that come at the same moment are received in one transaction, and none fails by another."""

from datetime import timedelta

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.actor import Actor
from plateward.core.audit.models import AuditEntry
from plateward.core.db.together import Waiting
from plateward.field.fleet.models import Reader
from plateward.field.reads import models
from plateward.field.reads.intake import actions
from plateward.field.reads.intake.actions import Arrival
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.ground.wire import WireError, encode
from plateward.ground.wire.batch import Batch, Receipt
from plateward.testing.roadside import Photo, Roadside, enroll_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.clause("6.j.i/proven")]


@pytest.fixture
def readers() -> list[Roadside]:
    return [enroll_reader(f"unit-{number}", f"Unit {number} rear") for number in (12, 14, 16)]


def arrival(reader: Roadside, batch: Batch) -> Arrival:
    row = Reader.objects.get(name=reader.name)
    actor = Actor("device", str(row.pk), row.name)
    return Arrival(actor, row, batch, encode(batch), timedelta(0))


def at_once(*arrivals: Arrival) -> list[Waiting[Arrival, Receipt]]:
    """As if each came in a thread of its own while another group was at work."""
    waiting = [Waiting[Arrival, Receipt](each) for each in arrivals]
    actions._together.work_for(waiting)
    return waiting


def stored(photo: Photo) -> StoredRead | None:
    return configured_store().get(ReadKey(photo.read.captured_at.date(), photo.read.id))


def entries(batch: Batch) -> int:
    return AuditEntry.objects.filter(
        event="batch.receive", object=f"batch:{batch.id}", outcome="done"
    ).count()


@pytest.mark.clause("5.a/trail", "6.b.i.9/entries")
def test_each_has_its_receipt_its_entry_and_its_count_of_one_transaction(readers: list[Roadside]) -> None:
    photos = [[reader.photo() for _ in range(2)] for reader in readers]
    batches = [reader.batch(*some) for reader, some in zip(readers, photos, strict=True)]
    arrivals = [arrival(reader, batch) for reader, batch in zip(readers, batches, strict=True)]
    with CaptureQueriesContext(connection) as queries:
        got = at_once(*arrivals)
    assert sum("INSERT INTO audit_entry" in query["sql"] for query in queries) == 1
    for reader, some, batch, each in zip(readers, photos, batches, got, strict=True):
        assert each.error is None
        assert each.made.accepted == [photo.read.id for photo in some]
        assert entries(batch) == 1
        assert Reader.objects.get(name=reader.name).reads == 2
        for photo in some:
            kept = stored(photo)
            assert kept
            assert (kept.reader, kept.body) == (reader.name, reader.signed(photo).body)


@pytest.mark.clause("6.b.i.9/entries")
def test_one_that_is_refused_takes_nobody_with_it(readers: list[Roadside]) -> None:
    first, second, third = readers
    taken = first.batch(first.photo())
    at_once(arrival(first, taken))
    photo, other = second.photo(), third.photo()
    thief = msgspec.structs.replace(second.batch(photo), id=taken.id)
    honest = third.batch(other)
    refused, received = at_once(arrival(second, thief), arrival(third, honest))
    assert isinstance(refused.error, WireError)
    assert not stored(photo)
    assert received.error is None
    assert received.made.accepted == [other.read.id]
    assert (entries(taken), entries(honest)) == (1, 1)


def test_two_readers_that_use_one_batch_number_at_once_do_not_share_it(readers: list[Roadside]) -> None:
    first, second, _ = readers
    photos = first.photo(), second.photo()
    batch = first.batch(photos[0])
    same = msgspec.structs.replace(second.batch(photos[1]), id=batch.id)
    kept, refused = at_once(arrival(first, batch), arrival(second, same))
    assert kept.made.accepted == [photos[0].read.id]
    assert isinstance(refused.error, WireError)
    assert models.Batch.objects.get().reader.name == first.name
    assert not stored(photos[1])


def test_a_batch_that_comes_twice_at_once_is_received_once(readers: list[Roadside]) -> None:
    reader = readers[0]
    batch = reader.batch(reader.photo())
    one, other = at_once(arrival(reader, batch), arrival(reader, batch))
    assert one.made == other.made
    assert (entries(batch), Reader.objects.get(name=reader.name).reads) == (1, 1)


@pytest.mark.clause("6.j.i/unaltered")
def test_of_two_reads_under_one_id_at_once_one_stays(readers: list[Roadside]) -> None:
    first, second, third = readers
    photo = first.photo("ABC123")
    claimed = second.photo("XYZ987", id=photo.read.id, captured_at=photo.read.captured_at)
    other = third.photo()
    got = at_once(
        arrival(first, first.batch(photo)),
        arrival(second, second.batch(claimed)),
        arrival(third, third.batch(other)),
    )
    assert [len(each.made.accepted) for each in got] == [1, 0, 1]
    assert "different read with this id" in got[1].made.rejected[0].reason
    kept = stored(photo)
    assert kept
    assert kept.read == photo.read
