"""What a reader may not record is dropped before anything of it is stored: counted, not kept."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet.models import Deployment, Reader
from plateward.field.fleet.placements import actions
from plateward.field.fleet.testing import deployed
from plateward.field.fleet.where import Basis
from plateward.field.reads.images import image_segments
from plateward.field.reads.store import configured_store
from plateward.ground import clock
from plateward.ground.wire import encode
from plateward.ground.wire.batch import decode_receipt
from plateward.ground.wire.placement import DropCounts
from plateward.ground.wire.read import Position, PositionLack
from plateward.people.testing import acting
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Photo, Roadside, enroll_reader
from plateward.work.alerts.models import Alert

pytestmark = pytest.mark.django_db
GROUNDS = "Second Judicial District Court, warrant 26-114, the lot behind the house."


@pytest.fixture
def roadside() -> Roadside:
    load_hotlist("XYZ4071")
    return enroll_reader()


def is_stored(photo: Photo) -> bool:
    day = photo.read.captured_at.date()
    return bool(configured_store().stored_ids(day, [photo.read.id]))


@pytest.mark.clause("6.a.ii.1/zones")
def test_a_read_in_an_exclusion_zone_leaves_nothing_but_a_count(
    roadside: Roadside, recorded: Callable[[str], Leaf]
) -> None:
    gloria = acting("gloria")
    zone = actions.add_zone(gloria, "Clinic", 35.0844, -106.6504, 300, "The entrance of a clinic.")
    within, beyond = roadside.photo("XYZ4071"), roadside.photo("XYZ4071", position=Position(35.1, -106.6504))
    before = image_segments().listed()
    assert roadside.send(within).dropped == [within.read.id]
    assert image_segments().listed() == before
    receipt = roadside.send(within, beyond)
    assert (receipt.dropped, receipt.accepted) == ([within.read.id], [beyond.read.id])
    assert (is_stored(within), is_stored(beyond)) == (False, True)
    assert [alert.read for alert in Alert.objects.all()] == [beyond.read.id]
    reader = Reader.objects.get()
    assert (reader.reads, reader.dropped) == (1, 2)
    details = recorded("batch.receive").details
    assert details["dropped"] == ["in an exclusion zone: 1"]
    assert str(within.read.id) not in str(details)
    actions.end_zone(gloria, zone, "The clinic has moved away.")
    assert roadside.send(late := roadside.photo()).accepted == [late.read.id]


@pytest.mark.clause("6.a.ii.1/unsure", "6.b.i.9/entries")
def test_with_zones_a_read_without_a_good_position_is_kept_only_if_it_cannot_be_in_one(
    roadside: Roadside, recorded: Callable[[str], Leaf]
) -> None:
    def receipt(last: Position | None) -> tuple[int, int]:
        lacking = roadside.photo(position=None, position_lack=PositionLack.GONE, last_position=last)
        answer = roadside.send(lacking)
        assert is_stored(lacking) is bool(answer.accepted)
        return len(answer.accepted), len(answer.dropped)

    assert receipt(None) == (1, 0)
    actions.add_zone(acting("gloria"), "Clinic", 35.0844, -106.6504, 300, "The entrance of a clinic.")
    assert receipt(None) == (0, 1)
    assert recorded("batch.receive").details["dropped"] == [
        "possibly in an exclusion zone, without a good position: 1"
    ]
    assert receipt(Position(35.2, -106.6504, 5.0, 100.0)) == (1, 0)
    assert receipt(Position(35.2, -106.6504, 5.0, 300.0)) == (0, 1)


@pytest.mark.clause("6.a.ii.1/zones", "6.b.i.9/entries")
def test_what_the_reader_dropped_itself_is_counted_once_however_often_it_is_reported(
    roadside: Roadside, recorded: Callable[[str], Leaf]
) -> None:
    def report(*photos: Photo, **sums: int) -> None:
        counts = DropCounts(since, **sums)
        body = encode(msgspec.structs.replace(roadside.batch(*photos), dropped=counts))
        for _ in range(2):  # the receipt was lost
            receipt = decode_receipt(roadside.post(body).content)
            assert receipt.accepted == [photo.read.id for photo in photos]

    since = clock.now()
    report(in_zones=3)
    assert recorded("batch.receive").details["dropped_at_reader"] == ["in an exclusion zone: 3"]
    report(roadside.photo(), in_zones=3)
    assert "dropped_at_reader" not in recorded("batch.receive").details
    report(roadside.photo(), in_zones=4, outside=2)
    assert recorded("batch.receive").details["dropped_at_reader"] == [
        "outside every deployment of its reader: 2",
        "in an exclusion zone: 1",
    ]
    report(in_zones=3)  # it comes late
    reader = Reader.objects.get()
    assert (reader.dropped, reader.reads) == (6, 2)
    since += timedelta(days=1)  # its count was lost
    report(in_zones=1)
    assert Reader.objects.get().dropped == 7


@pytest.mark.clause("6.a.ii.1/outside")
def test_a_read_past_the_end_of_a_warrant_is_never_stored(roadside: Roadside) -> None:
    reader = Reader.objects.get()
    actions.end_deployment(acting("gloria"), Deployment.objects.get(), "It is off the road from today on.")
    assert roadside.send(photo := roadside.photo()).dropped == [photo.read.id]
    now = clock.now()
    ends = now + timedelta(hours=4)
    deployed(reader, "The lot", Basis.COURT_ORDER, GROUNDS, now, ends)
    for after, kept in ((timedelta(hours=4, seconds=-1), True), (timedelta(hours=4), False)):
        with clock.set_to(now + after):
            photo = roadside.photo()
            receipt = roadside.send(photo)
        assert (receipt.accepted, receipt.dropped) == (
            ([photo.read.id], []) if kept else ([], [photo.read.id])
        )
        assert is_stored(photo) is kept
    with clock.set_to(ends + timedelta(hours=1)):  # one that was captured in time, and comes late
        assert roadside.send(late := roadside.photo(captured_at=now)).accepted == [late.read.id]
    assert Reader.objects.get().dropped == 2


@pytest.mark.clause("6.a.ii.1/zones")
def test_a_stored_read_that_comes_again_is_a_duplicate_whatever_was_excluded_since(
    roadside: Roadside,
) -> None:
    roadside.send(photo := roadside.photo())
    actions.add_zone(acting("gloria"), "Clinic", 35.0844, -106.6504, 300, "The entrance of a clinic.")
    receipt = roadside.send(photo, within := roadside.photo())
    assert (receipt.duplicates, receipt.dropped) == ([photo.read.id], [within.read.id])
    assert Reader.objects.get().dropped == 1


@pytest.mark.clause("6.a.ii.1/outside")
def test_after_a_warrant_nothing_is_recorded_until_a_new_deployment(
    roadside: Roadside, recorded: Callable[[str], Leaf]
) -> None:
    now, reader = clock.now(), Reader.objects.get()
    ends = now + timedelta(hours=4)
    on_patrol = Deployment.objects.get()
    order = deployed(reader, "The lot", Basis.COURT_ORDER, GROUNDS, now, ends)
    assert recorded("deployment.decide").details["ended"] == [on_patrol.pk]
    with clock.set_to(ends - timedelta(seconds=1)):
        assert roadside.send(within := roadside.photo()).accepted == [within.read.id]
    with clock.set_to(ends):
        assert roadside.send(past := roadside.photo()).dropped == [past.read.id]
        deployed(reader, "I-25", Basis.PUBLIC_VIEW, "A road, both lanes.", ends, None)
        assert roadside.send(again := roadside.photo()).accepted == [again.read.id]
    order.refresh_from_db()
    assert order.ended_at is None


@pytest.mark.clause("6.a.ii.1/outside")
def test_a_warrants_end_is_that_of_the_hubs_clock(roadside: Roadside) -> None:
    now, reader = clock.now(), Reader.objects.get()
    ends = now + timedelta(hours=4)
    deployed(reader, "The lot", Basis.COURT_ORDER, GROUNDS, now, ends)
    minute = timedelta(minutes=1)
    with clock.set_to(ends + minute):  # the reader's clock is two minutes behind
        late = roadside.photo(captured_at=ends - minute)
        answer = roadside.post(encode(roadside.batch(late)), late=2 * minute)
    assert decode_receipt(answer.content).dropped == [late.read.id]
