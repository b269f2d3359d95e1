"""The queue's pictures: of the vehicle, never of a plate that nobody has read."""

from datetime import timedelta

import pytest

from plateward.core.audit.events import Event
from plateward.core.audit.mentions import entries_about
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.wire.read import Position, ReadVehicle, VehicleFact
from plateward.people.actor import PersonActor
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.pictures import picture, yellow
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.routing.presence import note_positions


@pytest.fixture
def reader() -> Roadside:
    load_hotlist("ABC123")
    return enroll_reader()


@pytest.fixture
def alert(reader: Roadside) -> Alert:
    red = ReadVehicle(color=VehicleFact("red", "paint"), kind=VehicleFact("pickup", "detector"))
    reader.send(reader.photo("ABC123", image=picture(), vehicle=red))
    return Alert.objects.get()


@pytest.mark.django_db
@pytest.mark.clause("6.e.iv.3/plate", "6.h.iv/custody", "6.b.i.9/entries")
def test_the_queue_covers_the_plate_until_it_was_typed_and_names_each_picture_once(alert: Alert) -> None:
    browser, read = signed_in(person("ada")), f"read:{alert.read}"
    [row] = browser.get("/alerts/").context["alerts"]
    assert row["vehicle"] == "Red pickup"
    before = len(list(entries_about([read], [Event.IMAGE_VIEW])))
    assert before == 1, "the page's own entry names it"
    answer = browser.get(row["picture"])
    assert (answer.status_code, answer["Cache-Control"], yellow(answer.content)) == (200, "no-store", 0)
    assert len(list(entries_about([read], [Event.IMAGE_VIEW]))) == before
    alone = row["picture"].partition("?")[0]
    for address in (alone, f"{row['picture']}x"):
        assert yellow(browser.get(address).content) == 0
    assert len(list(entries_about([read], [Event.IMAGE_VIEW]))) == before + 2
    steps.confirm(PersonActor.of(person("ada")), alert, "ABC123", "NM")
    assert yellow(browser.get(row["picture"]).content) > 0
    assert browser.get("/alerts/").context["alerts"][0]["claimed"] == "With Ada Archuleta"


@pytest.mark.django_db
def test_the_distance_is_from_where_the_viewers_own_unit_was_lately_and_else_unknown(alert: Alert) -> None:
    browser = signed_in(person("ada"))
    row = browser.get("/alerts/").context["alerts"][0]
    assert (row["where"], row["distance"]) == ("in Albuquerque", "Distance unknown")
    own = enroll_reader("unit-12-front", unit=person("ada").unit)
    for ago, distance in ((timedelta(hours=1), "Distance unknown"), (timedelta(0), "2.8 mi from your unit")):
        note_positions(
            [(Reader.objects.get(name=own.name), Position(lat=35.1244, lon=-106.6504), clock.now() - ago)]
        )
        assert browser.get("/alerts/").context["alerts"][0]["distance"] == distance


@pytest.mark.django_db
@pytest.mark.clause("5.b/reaches", "6.b.i.9/entries")
def test_chosen_alerts_are_acknowledged_each_with_its_own_record(alert: Alert, reader: Roadside) -> None:
    load_hotlist("ABC123", "XYZ987")
    reader.send(reader.photo("XYZ987"))
    both = [*Alert.objects.order_by("pk").values_list("pk", flat=True)]
    browser = signed_in(person("ada"))
    page = browser.post("/alerts/acknowledge", {"chosen": "yes", "number": both}, follow=True)
    assert "2 alerts acknowledged. Each has its own record." in page.content.decode()
    for pk in both:
        assert Alert.objects.get(pk=pk).acknowledgments.get().by == person("ada")
        assert len(list(entries_about([f"alert:{pk}"], [Event.ALERT_ACKNOWLEDGE]))) == 1
    again = browser.post("/alerts/acknowledge", {"chosen": "yes", "number": both}, follow=True)
    assert "No alert was acknowledged" in again.content.decode()


@pytest.mark.django_db
def test_after_a_closed_alert_comes_the_next(
    alert: Alert, reader: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = PersonActor.of(person("ada"))
    dispose(
        ada,
        alert,
        DispositionAccount(AlertOutcome.NOT_LOCATED, "Looked for it on the frontage road in vain."),
    )
    browser = signed_in(ada.person)
    assert "Back to the queue" in browser.get(f"/alerts/{alert.pk}/").content.decode()
    load_hotlist("ABC123", "XYZ987")
    reader.send(reader.photo("XYZ987"))
    later = Alert.objects.exclude(pk=alert.pk).get()
    assert f'href="/alerts/{later.pk}/"' in browser.get(f"/alerts/{alert.pk}/").content.decode()
    # What rang a moment ago may be somebody else's by now.
    monkeypatch.setattr(
        "plateward.work.alerts.queue.views.ringing_alerts", lambda _: [later.pk + 1, later.pk]
    )
    assert f'href="/alerts/{later.pk}/"' in browser.get(f"/alerts/{alert.pk}/").content.decode()
