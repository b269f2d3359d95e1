"""The condition of an alert's reader: the start-of-shift check, and a malfunction."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime

from plateward.field.fleet.checks.rules import HEARD_AFTER, SHIFT
from plateward.field.fleet.malfunctions import actions as malfunctions
from plateward.field.fleet.malfunctions.models import Authorization
from plateward.field.fleet.models import Reader
from plateward.field.fleet.testing import recorded_check
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts import equipment
from plateward.work.alerts.models import Alert
from plateward.work.alerts.queue.summary import summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Person:
    return person("ada", supervisor=person("carla"))


@pytest.fixture
def roadside(ada: Person) -> Roadside:
    return enroll_reader(unit=ada.unit)


@pytest.fixture
def reader(roadside: Roadside) -> Reader:
    return Reader.objects.get(name=roadside.name)


def alert_of(roadside: Roadside, **more: Any) -> Alert:
    """A new alert each time."""
    plate = f"ABC{Alert.objects.count()}23"
    load_hotlist(*(f"ABC{n}23" for n in range(Alert.objects.count() + 1)))
    roadside.send(roadside.photo(plate, **more))
    return Alert.objects.latest("pk")


def warning_of(alert: Alert) -> str:
    return str(summary(alert)["equipment"])


@pytest.mark.clause("6.e.iv.1/missing")
def test_an_alert_carries_how_its_reader_stood_and_rings_all_the_same(
    ada: Person, reader: Reader, roadside: Roadside
) -> None:
    without = alert_of(roadside)
    assert (without.shift_check, warning_of(without), without.rings) == (
        "not_done",
        "No start-of-shift check",
        True,
    )
    recorded_check(ada, reader)
    passed = alert_of(roadside)
    assert (passed.shift_check, warning_of(passed)) == ("passed", "")
    recorded_check(ada, reader, time="An hour late.", plate="Reads O for 0.")
    failed = alert_of(roadside)
    assert warning_of(failed) == "Start-of-shift check failed: plates, time"
    assert failed.rings
    assert warning_of(alert_of(roadside, shift_check=False)) == "Start-of-shift check failed: plates, time"
    recorded_check(ada, reader)
    assert warning_of(alert_of(roadside, shift_check=False)) == ""  # the reader may not know yet
    with clock.set_to(clock.now() + HEARD_AFTER):
        assert warning_of(alert_of(roadside, shift_check=False)).endswith("reported by the reader")
    assert warning_of(alert_of(roadside, shift_check=True)) == ""
    with clock.set_to(clock.now() + SHIFT):
        assert warning_of(alert_of(roadside)) == "No start-of-shift check"
    assert warning_of(Alert.objects.get(pk=passed.pk)) == ""  # as it came: later changes do not affect it


@pytest.mark.clause("6.e.iv.1/missing")
def test_a_read_from_before_the_check_was_not_checked(
    ada: Person, reader: Reader, roadside: Roadside
) -> None:
    early = clock.now() - timedelta(minutes=20)
    recorded_check(ada, reader)
    assert warning_of(alert_of(roadside, captured_at=early)) == "No start-of-shift check"


def test_an_alert_from_before_this_was_asked_says_nothing(ada: Person, roadside: Roadside) -> None:
    old = alert_of(roadside)
    Alert.objects.update(shift_check="")
    assert warning_of(Alert.objects.get(pk=old.pk)) == ""


def test_an_alert_carries_the_malfunction_that_was_open_when_it_came(
    ada: Person, reader: Reader, roadside: Roadside
) -> None:
    at = (clock.now() + timedelta(days=1)).replace(hour=21, minute=2)
    reported = f"Malfunction reported {localtime(at):%H:%M}: picture, time"
    with clock.set_to(at):
        recorded_check(ada, reader)
        made = malfunctions.report_malfunction(
            PersonActor.of(ada), reader, ["picture", "time"], "out", "Dark since noon."
        )
    with clock.set_to(at + timedelta(minutes=5)):
        broken = alert_of(roadside)
        early = alert_of(roadside, captured_at=at - timedelta(minutes=9))
        assert warning_of(early) == f"No start-of-shift check. {reported}"
        old = alert_of(roadside, captured_at=at - SHIFT - timedelta(minutes=9))
        assert "Malfunction" not in warning_of(old)
    assert warning_of(broken) == reported
    assert broken.rings
    with clock.set_to(at + timedelta(hours=11)):
        assert f"{clock.format_day(localtime(at))}, {localtime(at):%H:%M}: picture, time" in warning_of(
            alert_of(roadside)
        )
        gloria, frank = person("gloria"), person("frank")
        malfunctions.authorize_technician(PersonActor.of(gloria), frank, "", "Trained by the maker.")
        malfunctions.record_repair(PersonActor.of(frank), made, "Changed the cable.", "", "repaired")
        assert Authorization.objects.exists()
        assert (
            warning_of(alert_of(roadside)) == "No start-of-shift check"
        )  # the one before the repair no longer counts
    assert warning_of(Alert.objects.get(pk=broken.pk)) == reported


@pytest.mark.clause("6.e.iv.1/missing")
def test_the_alerts_page_and_the_queue_say_it(ada: Person, roadside: Roadside) -> None:
    alert = alert_of(roadside)
    browser = signed_in(ada)
    assert "No start-of-shift check" in browser.get("/alerts/").content.decode()
    page = browser.get(f"/alerts/{alert.pk}/").content.decode()
    assert '<strong class="equipment">No start-of-shift check.</strong>' in page
    assert f'/fleet/malfunctions/report/{alert.reader_id}/?alert={alert.pk}"' in page


@pytest.mark.clause("6.e.iv.1/missing")
def test_the_shifts_check_costs_an_arriving_alert_one_question(
    reader: Reader, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        equipment.columns(reader, clock.now(), None)
