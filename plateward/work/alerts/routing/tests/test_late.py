"""Reads that reach the hub long after capture: earlier reads, which ring for nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from plateward.core.audit.models import AuditEntry as Audit
from plateward.ground import clock
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Photo, Roadside, enroll_reader
from plateward.work.alerts.models import Alert, Change, Sighting
from plateward.work.alerts.queue.summary import ring_facts, summary
from plateward.work.alerts.routing.actions import escalate_due
from plateward.work.alerts.routing.models import Notification, Unanswered
from plateward.work.alerts.testing import held_reads, ringing

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.b/which")]
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def car() -> Roadside:
    load_hotlist("ABC123")
    return enroll_reader()


def late(car: Roadside, ago: timedelta, **more: Any) -> Photo:
    photo = car.photo("ABC123", captured_at=clock.now() - ago, **more)
    car.send(photo)
    return photo


@pytest.mark.parametrize("ago", [HOUR + MINUTE, timedelta(days=1), timedelta(days=29)])
def test_it_is_an_earlier_read_that_rings_goes_on_to_nobody_and_opens_no_call(
    car: Roadside, ago: timedelta
) -> None:
    signed_in(person("elena"))
    late(car, ago)
    alert = Alert.objects.get()
    assert (alert.historical, alert.rings, ring_facts(alert).open) == (True, False, False)
    assert summary(alert)["quiet"] == "Earlier read, no alarm"
    with clock.set_to(clock.now() + timedelta(days=1)):
        assert escalate_due() == 0
    assert not Unanswered.objects.exists()
    assert not Notification.objects.exists()
    assert not apps.get_model("dispatch", "Call").objects.exists()
    assert not Change.objects.filter(new=True).exists()


def test_within_the_hour_it_rings(car: Roadside) -> None:
    late(car, HOUR - MINUTE)
    alert = Alert.objects.get()
    assert (alert.historical, alert.rings) == (False, True)


def test_it_is_shown_among_the_earlier_reads_with_how_old_it_is(car: Roadside) -> None:
    late(car, 5 * HOUR)
    browser = signed_in(person("ada"))
    queue = browser.get("/alerts/")
    assert queue.context["alerts"] == ringing(person("ada")) == []
    assert [row["number"] for row in queue.context["historical"]] == [Alert.objects.get().pk]
    page = browser.get(f"/alerts/{Alert.objects.get().pk}/").content.decode()
    assert "this vehicle was read 5 hours before this alert was made" in page


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/entries")
def test_it_is_on_the_log_once_and_a_read_that_comes_again_is_nothing_new(car: Roadside) -> None:
    photo = late(car, 5 * HOUR)
    car.send(photo)
    assert (Alert.objects.count(), Sighting.objects.count()) == (1, 0)
    leaf = Audit.objects.get(event="alert.arrive").leaf
    assert leaf is not None
    assert leaf.details["historical"] is True


def test_a_spool_of_the_same_plate_is_one_alert_with_all_its_sightings(car: Roadside) -> None:
    photos = [late(car, number * HOUR) for number in range(2, 8)]
    alert = Alert.objects.get()
    assert alert.sightings.count() == len(photos) - 1
    car.send(photos[-1])
    assert alert.sightings.count() == len(photos) - 1
    days = {photo.read.captured_at.date() for photo in photos}
    assert set().union(*map(held_reads, days)) >= {photo.read.id for photo in photos}


def test_it_joins_the_open_alert_that_it_belongs_to_and_that_rings_no_more_for_it(car: Roadside) -> None:
    now = clock.now()
    with clock.set_to(now - 65 * MINUTE):
        car.send(car.photo("ABC123", sure=False))
    alert = Alert.objects.get()
    assert not alert.rings
    late(car, 62 * MINUTE)
    alert.refresh_from_db()
    assert (alert.rings, alert.sightings.count()) == (False, 1)


def test_a_vehicle_that_is_there_now_rings_beside_the_earlier_read(car: Roadside) -> None:
    late(car, 5 * HOUR)
    late(car, timedelta(0))
    earlier, now = Alert.objects.order_by("pk")
    assert (earlier.historical, now.historical, now.rings) == (True, False, True)
