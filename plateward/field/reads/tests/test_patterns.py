"""Patterns of reads on the configured database: each starts from the reads of its query."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest

from plateward.field.reads.areas import Circle
from plateward.field.reads.queries import Companion, PlateQuery, ReadQuery, Span
from plateward.field.reads.store import ReadStore, StoredRead, patterns
from plateward.field.reads.tests.made import PLACES, made_read
from plateward.ground.wire.read import ReadVehicle, VehicleFact

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FIRST = datetime(2026, 7, 1, tzinfo=UTC)
WHOLE = Span(FIRST, FIRST + timedelta(days=4))
OWN = ReadQuery(WHOLE, PlateQuery("ABC123"))
WITHIN = timedelta(seconds=30)


def passes(plate: str, hours: float, place: int = 0, seconds: float = 0) -> StoredRead:
    """A read by the camera of that place, so long after FIRST."""
    return made_read(plate, FIRST + timedelta(hours=hours, seconds=seconds), place, Random(0))


def store(read_store: ReadStore, *reads: StoredRead) -> None:
    for day in {read.day for read in reads}:
        read_store.append(day, [read for read in reads if read.day == day])


def companions(read_store: ReadStore, least: int = 2) -> list[Companion]:
    result = read_store.companions(OWN, WITHIN, least, 10)
    assert result.complete
    return list(result.rows)


def test_who_is_read_by_the_same_camera_at_several_meetings_travels_with(read_store: ReadStore) -> None:
    store(
        read_store,
        *(passes("ABC123", hours, place) for hours, place in ((1, 0), (2, 1), (30, 2))),
        *(passes("XYZ789", hours, place, 20) for hours, place in ((1, 0), (2, 1), (30, 2))),
        *(passes("BEFORE1", hours, place, -30) for hours, place in ((1, 0), (2, 1))),
        passes("ONCE1", 1, 0, 5),
        *(passes("LATE1", hours, place, 31) for hours, place in ((1, 0), (2, 1))),
        *(passes("OTHER1", hours, place + 3) for hours, place in ((1, 0), (2, 1))),
    )
    assert [(found.plate, found.meetings, found.cameras, found.days) for found in companions(read_store)] == [
        ("XYZ789", 3, 3, 2),
        ("BEFORE1", 2, 2, 1),
    ]


def test_a_vehicle_that_was_read_more_often_than_a_question_asks_for_has_all_its_companions(
    read_store: ReadStore,
) -> None:
    for plate in ("ABC123", "XYZ789"):
        store(read_store, *(passes(plate, number / 2, number % 3) for number in range(120)))
    assert [(found.plate, found.meetings, found.days) for found in companions(read_store)] == [
        ("XYZ789", 120, 3)
    ]


def test_waiting_beside_each_other_is_one_meeting(read_store: ReadStore) -> None:
    store(
        read_store,
        *(passes("ABC123", 1, 0, seconds) for seconds in (0, 60, 120)),
        *(passes("XYZ789", 1, 0, seconds) for seconds in (1, 61, 121)),
    )
    assert companions(read_store) == []
    assert [found.meetings for found in companions(read_store, least=1)] == [1]


def test_who_is_met_around_midnight_is_found_in_the_other_day(read_store: ReadStore) -> None:
    store(
        read_store,
        *(passes("ABC123", 24, place, 10) for place in (0,)),
        *(passes("XYZ789", 24, place, -10) for place in (0,)),
    )
    assert [found.plate for found in companions(read_store, least=1)] == ["XYZ789"]


def test_the_same_vehicle_misread_is_not_its_own_companion_if_the_query_finds_it(
    read_store: ReadStore,
) -> None:
    store(read_store, passes("ABC123", 1), passes("A8C123", 1, 0, 1))
    assert [found.plate for found in companions(read_store, least=1)] == ["A8C123"]


def test_a_place_so_busy_that_not_all_of_it_is_looked_at_says_so(
    read_store: ReadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "MOST_NEAR", 4)
    store(read_store, passes("ABC123", 1), *(passes(f"XYZ78{number}", 1, 0, number) for number in range(3)))
    assert len(companions(read_store, least=1)) == 3
    store(read_store, passes("XYZ783", 1, 0, 9), passes("XYZ784", 1, 0, 9))
    busy = read_store.companions(OWN, WITHIN, 1, 10)
    assert not busy.complete
    assert len(busy.rows) in (3, 4), "at most four rows, of which the vehicle's own read may be one"


@pytest.mark.clause("6.b.i.8/scope", "6.c.ii/cases")
def test_whom_the_query_leaves_out_is_nobodys_companion(read_store: ReadStore) -> None:
    met = [passes("ABC123", 1), passes("XYZ789", 1, 0, 9)]
    truck = msgspec.structs.replace(met[0].read, vehicle=ReadVehicle(kind=VehicleFact("Truck", "test")))
    car = msgspec.structs.replace(met[1].read, vehicle=ReadVehicle(kind=VehicleFact("Car", "test")))
    store(
        read_store,
        replace(met[0], read=truck),
        replace(met[1], read=car),
        replace(passes("OTHER1", 1, 0, 5), reader="reader-9"),
    )
    first = FIRST + timedelta(hours=1)
    plates = {
        name: {companion.plate for companion in read_store.companions(query, WITHIN, 1, 10).rows}
        for name, query in {
            "all": OWN,
            "trucks": replace(OWN, kinds=frozenset({"truck"})),
            "own readers": replace(OWN, readers=frozenset({"reader-0"})),
            "until then": replace(OWN, span=Span(FIRST, first + timedelta(seconds=9))),
            "here": replace(OWN, area=Circle(*PLACES[0], 50)),
            "here alone": replace(OWN, cameras=frozenset({"Camera 0"})),
        }.items()
    }
    both = {"XYZ789", "OTHER1"}
    assert plates == {
        **{"all": both, "here": both, "here alone": both},
        **{"trucks": set(), "own readers": {"XYZ789"}, "until then": {"OTHER1"}},
    }


@pytest.mark.clause("6.a.ii.2/place")
def test_the_order_of_equals_says_nothing_of_their_plates(read_store: ReadStore) -> None:
    times = {"MMM111": 3, "AAA111": 2, "ZZZ111": 1}
    reads = {plate: passes(plate, 1, 0, second) for plate, second in times.items()}
    there = [passes(plate, 2, 1) for plate in times]
    store(read_store, passes("ABC123", 1), *reads.values(), *there)
    found = companions(read_store, least=1)
    assert [(companion.plate, companion.newest.id) for companion in found] == [
        (plate, read.read.id) for plate, read in reads.items()
    ]
    here, elsewhere = (ReadQuery(WHOLE, cameras=frozenset({f"Camera {number}"})) for number in (0, 1))
    both = read_store.seen_at_both(here, elsewhere, 10).rows
    assert {row.plate: row.newest.id for row in both} == {
        plate: read.read.id for plate, read in reads.items()
    }
    assert [row.plate for row in read_store.seen_at_both(elsewhere, here, 10).rows] == [
        read.read.plate for read in reversed(there)
    ]


def test_common_stops_are_the_places_with_most_days(read_store: ReadStore) -> None:
    store(
        read_store,
        *(passes("ABC123", hours, 1) for hours in (1, 30, 60)),
        *(passes("ABC123", hours, 2) for hours in (2, 3, 4, 5)),
        passes("ABC123", 6, 3),
    )
    stops = read_store.common_stops(OWN, 2).rows
    assert [(stop.camera, stop.reads, stop.days) for stop in stops] == [
        ("Camera 1", 3, 3),
        ("Camera 2", 4, 1),
    ]
    assert (stops[0].lat, stops[0].lon) == pytest.approx(PLACES[1])


def test_last_seen_is_the_newest_read_of_each_plate(read_store: ReadStore) -> None:
    store(read_store, *(passes(plate, hours) for plate in ("ABC123", "XYZ789") for hours in (1, 50)))
    query = ReadQuery(WHOLE, cameras=frozenset({"Camera 0"}))
    rows = read_store.last_seen(query, 10).rows
    assert {(row.plate, row.captured_at) for row in rows} == {
        (plate, FIRST + timedelta(hours=50)) for plate in ("ABC123", "XYZ789")
    }
    result = read_store.last_seen(query, 1)
    assert (len(result.rows), result.complete) == (1, False)


def test_who_was_at_both_scenes_is_found_and_nobody_else(read_store: ReadStore) -> None:
    store(
        read_store,
        passes("ABC123", 1, 0),
        passes("ABC123", 30, 7),
        passes("XYZ789", 1, 0),
        passes("NMSP12", 30, 7),
    )
    first, second = [
        ReadQuery(
            Span(FIRST + timedelta(hours=hours), FIRST + timedelta(hours=hours + 2)), area=Circle(*place, 900)
        )
        for hours, place in ((0, PLACES[0]), (29, PLACES[7]))
    ]
    result = read_store.seen_at_both(first, second, 10)
    assert [(row.plate, row.reads) for row in result.rows] == [("ABC123", 2)]
