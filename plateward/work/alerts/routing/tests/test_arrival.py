"""Reads of one vehicle by several readers: one alert, in order, and who is notified."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.ground.wire import encode
from plateward.ground.wire.read import Position
from plateward.people.models import Unit
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.models import Alert, Change, Sighting
from plateward.work.alerts.routing.models import Notification, Whereabouts

pytestmark = pytest.mark.django_db
HERE = Position(lat=35.0844, lon=-106.6504)
NEARBY = Position(lat=35.1123, lon=-106.6504)  # 3.1 km to the north
AWAY = Position(lat=35.6870, lon=-105.9378)
MINUTE = timedelta(minutes=1)


def reader_of(unit: str) -> Roadside:
    name = unit.lower().replace(" ", "-")
    return enroll_reader(name, f"{unit} rear", Unit.objects.get_or_create(name=unit)[0])


def notifications_of(alert: Alert) -> list[str]:
    return [str(notification) for notification in alert.notifications.all()]


@pytest.fixture
def cars() -> tuple[Roadside, Roadside]:
    """Units 12 and 14 on the road with Ada and Ben; each just read an unlisted plate, 3.1 km apart."""
    load_hotlist("ABC123")
    ours, theirs = reader_of("Unit 12"), reader_of("Unit 14")
    signed_in(person("ada"))
    signed_in(person("ben", unit=Unit.objects.get(name="Unit 14")))
    ours.send(ours.photo("XYZ987", position=HERE))
    theirs.send(theirs.photo("XYZ987", position=NEARBY))
    return ours, theirs


@pytest.mark.clause("5.b/reaches", "6.b.i.9/entries")
def test_its_unit_units_nearby_and_communications_are_told(cars: tuple[Roadside, Roadside]) -> None:
    signed_in(person("elena", unit=None))
    cars[0].send(cars[0].photo("ABC123", position=HERE))
    alert = Alert.objects.get()
    expected = ["Unit 12 (own reader)", "Unit 14, 3.1 km away", "Communications"]
    assert notifications_of(alert) == expected
    entry = Audit.objects.filter(event="alert.arrive").latest("sequence").leaf
    assert entry is not None
    assert entry.details["notified"] == expected
    page = signed_in(person("ada")).get(f"/alerts/{alert.pk}/").content.decode()
    assert "Unit 12 (own reader); Unit 14, 3.1 km away; Communications" in page


@pytest.mark.clause("5.b/reaches")
def test_a_unit_far_off_or_long_unseen_or_with_nobody_on_duty_is_not_told(
    cars: tuple[Roadside, Roadside],
) -> None:
    ours, theirs = cars
    theirs.send(theirs.photo("XYZ987", position=AWAY))
    # A late read does not move it back.
    theirs.send(theirs.photo("XYZ987", position=HERE, captured_at=clock.now() - 5 * MINUTE))
    ours.send(ours.photo("ABC123", position=HERE))
    assert notifications_of(Alert.objects.get()) == ["Unit 12 (own reader)"]
    assert Whereabouts.objects.count() == 2
    with clock.set_to(clock.now() + 20 * MINUTE):
        ours.send(ours.photo("ABC123", position=AWAY))
        assert notifications_of(Alert.objects.latest("pk")) == ["Unit 12 (own reader)"]
    with clock.set_to(clock.now() + timedelta(hours=2)):  # both sessions are locked
        theirs.send(theirs.photo("XYZ987", position=HERE))
        ours.send(ours.photo("ABC123", position=HERE))
        assert notifications_of(Alert.objects.latest("pk")) == [
            "Unit 12 (own reader)",
            "everyone in its list's audience",
        ]


@pytest.mark.clause("6.c.ii/lists")
def test_a_covert_alert_and_one_of_a_narrow_audience_tell_nobody_outside(
    cars: tuple[Roadside, Roadside],
) -> None:
    hotlist = HotList.objects.get()
    hotlist.units.set([Unit.objects.get(name="Unit 14")])
    cars[0].send(cars[0].photo("ABC123", position=HERE))
    assert notifications_of(Alert.objects.get()) == ["Unit 14, 3.1 km away"]
    HotList.objects.update(covert=True)
    with clock.set_to(clock.now() + 11 * MINUTE):
        cars[0].send(cars[0].photo("ABC123", position=HERE))
    assert notifications_of(Alert.objects.latest("pk")) == ["the people named by its list"]


@pytest.mark.clause("5.b/reaches")
def test_another_units_reader_joins_the_alert_and_its_unit_is_told_too(
    cars: tuple[Roadside, Roadside],
) -> None:
    ours, theirs = cars
    theirs.send(theirs.photo("XYZ987", position=AWAY))
    ours.send(ours.photo("ABC123", position=HERE))
    theirs.send(theirs.photo("ABC123", position=AWAY))
    theirs.send(theirs.photo("ABC123", position=AWAY))
    alert = Alert.objects.get()
    assert notifications_of(alert) == ["Unit 12 (own reader)", "Unit 14 (own reader)"]
    assert [sighting.reader.name for sighting in alert.sightings.all()] == ["unit-14", "unit-14"]
    assert list(Change.objects.order_by("pk").values_list("new", flat=True)) == [True, True, False]


@pytest.mark.both_databases
def test_late_and_reordered_reads_stand_in_the_order_of_capture_and_duplicates_nowhere(
    cars: tuple[Roadside, Roadside],
) -> None:
    ours, theirs = cars
    now = clock.now()
    photos = {
        minutes: (ours if minutes % 2 else theirs).photo(
            "ABC123", captured_at=now - minutes * MINUTE, position=HERE
        )
        for minutes in range(1, 15)
    }
    for minutes in (8, 1, 14, 5, 5, 12, 8, 3):
        (ours if minutes % 2 else theirs).send(photos[minutes])
    alert = Alert.objects.get()
    assert Sighting.objects.count() == 5
    points = signed_in(person("ada")).get(f"/alerts/{alert.pk}/").context["seen"]["trail"].points
    assert [point.seen_at for point in points] == [now - m * MINUTE for m in (14, 12, 8, 5, 3, 1)]
    assert [point.number for point in points] == [1, 2, 3, 4, 5, 6]


@pytest.mark.clause("5.i/record")
def test_a_clock_that_is_ahead_is_told_and_hides_no_newer_read(cars: tuple[Roadside, Roadside]) -> None:
    ours, theirs = cars
    ahead = 4 * MINUTE
    wrong = ours.photo("ABC123", captured_at=clock.now() + ahead, position=HERE, clock_error_ms=5000)
    body = encode(ours.batch(wrong))
    assert ours.post(body, late=-ahead).status_code == 200
    theirs.send(theirs.photo("ABC123", captured_at=clock.now() + MINUTE, position=NEARBY))
    alert = Alert.objects.get()
    page = signed_in(person("ada")).get(f"/alerts/{alert.pk}/")
    first, last = page.context["seen"]["trail"].points
    assert (first.camera, last.camera) == ("Unit 12 rear", "Unit 14 rear")
    assert "The reader&#x27;s clock was" in page.content.decode()
    assert "ahead of the hub" in first.clock
    assert "may be off by 5 seconds" in first.clock
    assert last.clock == ""


def test_a_read_that_came_late_says_so(cars: tuple[Roadside, Roadside]) -> None:
    cars[0].send(cars[0].photo("ABC123", captured_at=clock.now() - 45 * MINUTE))
    page = signed_in(person("ada")).get(f"/alerts/{Alert.objects.get().pk}/").content.decode()
    assert "It arrived 45 minutes after the read." in page


@pytest.mark.both_databases
def test_what_is_told_is_never_told_twice(cars: tuple[Roadside, Roadside]) -> None:
    photo = cars[0].photo("ABC123", position=HERE)
    cars[0].send(photo)
    cars[0].send(photo)
    cars[0].send(cars[0].photo("ABC123", position=HERE))
    assert Notification.objects.count() == 2


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("5.b/which")
def test_two_readers_that_see_it_at_the_same_moment_raise_one_alert(
    cars: tuple[Roadside, Roadside],
) -> None:
    both = threading.Barrier(2)
    failed: list[BaseException] = []

    def drive(car: Roadside) -> None:
        photo = car.photo("ABC123", position=HERE)
        try:
            both.wait()
            car.send(photo)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=drive, args=[car]) for car in cars]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (Alert.objects.count(), Sighting.objects.count()) == (1, 1)
