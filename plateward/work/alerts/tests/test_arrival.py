"""Where reads meet hot lists."""

from datetime import timedelta

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import Entry
from plateward.field.reads.models import Batch
from plateward.ground import clock
from plateward.people.models import Unit
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert, Change, Sighting
from plateward.work.alerts.queue.summary import summary
from plateward.work.alerts.routing.models import Notification

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases
@pytest.mark.clause("5.a/compare", "5.b/browser")
def test_a_read_of_a_listed_plate_becomes_an_alert_in_the_same_breath() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    photo = reader.photo("ABC123")
    reader.send(photo)
    alert = Alert.objects.get()
    assert (alert.read, alert.kind, alert.state_agreement) == (photo.read.id, "exact", "equal")
    assert Change.objects.filter(alert=alert, new=True).count() == 1
    assert Audit.objects.filter(event="alert.arrive").count() == 1


def test_a_read_of_an_unlisted_plate_raises_nothing() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("XYZ987"))
    assert not Alert.objects.exists()


def test_look_alike_characters_match_and_are_told_apart_from_an_exact_match() -> None:
    load_hotlist("TR86O84,TX")
    reader = enroll_reader()
    reader.send(reader.photo("TRB6084", None))
    alert = Alert.objects.get()
    assert (alert.kind, alert.state_agreement) == ("folded", "unknown")


@pytest.mark.clause("5.g/source")
def test_every_alert_tells_the_age_of_its_list() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    with clock.set_to(clock.now() + timedelta(hours=5)):
        reader.send(reader.photo("ABC123"))
    alert = Alert.objects.get()
    assert summary(alert)["list_age"] == "5 hours"
    page = signed_in(person("ada")).get(f"/alerts/{alert.pk}/").content.decode()
    assert "5 hours when the read was matched" in page
    assert "5 hours" in signed_in(person("ben")).get("/alerts/").content.decode()


@pytest.mark.clause("5.g/source")
def test_the_queue_names_source_and_reason_and_never_the_plate() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    row = summary(Alert.objects.get())
    assert (row["source"], row["reason_text"]) == ("NCIC", "Stolen vehicle")
    assert "ABC123" not in str(row)


@pytest.mark.clause("5.b/which")
def test_a_read_that_the_reader_is_not_sure_of_rings_only_once_it_is() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123", confidence=0.6, sure=False))
    alert = Alert.objects.get()
    assert not summary(alert)["sure"]
    reader.send(reader.photo("ABC123", confidence=0.5, sure=False))
    assert Change.objects.filter(new=True).count() == 1
    reader.send(reader.photo("ABC123"), reader.photo("ABC123"))
    alert.refresh_from_db()
    assert summary(alert)["sure"]
    assert (Alert.objects.count(), Sighting.objects.count()) == (1, 3)
    assert Change.objects.filter(new=True).count() == 2


def test_an_entry_that_has_ended_or_expired_matches_nothing() -> None:
    soon = clock.now() + timedelta(minutes=1)
    load_hotlist("ABC123", f"XYZ987,NM,stolen_plate,low,{soon.isoformat()}")
    load_hotlist(f"XYZ987,NM,stolen_plate,low,{soon.isoformat()}")
    assert Entry.objects.filter(ended=None).count() == 1
    reader = enroll_reader()
    with clock.set_to(soon + timedelta(seconds=1)):
        reader.send(reader.photo("ABC123"), reader.photo("XYZ987"))
    assert not Alert.objects.exists()


def test_the_same_vehicle_again_within_minutes_joins_its_alert() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    again = reader.photo("ABC123")
    reader.send(again)
    assert Alert.objects.count() == 1
    assert Sighting.objects.get().read == again.read.id
    assert Change.objects.filter(new=True).count() == 1


def test_the_same_vehicle_much_later_is_a_new_alert() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        reader.send(reader.photo("ABC123"))
    assert Alert.objects.count() == 2


@pytest.mark.clause("5.a/compare", "5.b/which")
def test_a_second_listing_of_the_plate_raises_its_own_alert_while_the_first_is_open() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    load_hotlist("ABC123,NM,missing_person", name="Missing persons")
    reader.send(reader.photo("ABC123"))
    assert sorted(Alert.objects.values_list("entry__reason", flat=True)) == [
        "missing_person",
        "stolen_vehicle",
    ]
    reader.send(reader.photo("ABC123"))
    assert sorted(Sighting.objects.values_list("alert__entry__reason", flat=True)) == [
        "missing_person",
        "stolen_vehicle",
        "stolen_vehicle",
    ]


@pytest.mark.both_databases
@pytest.mark.clause("5.a/compare")
def test_a_read_that_a_killed_hub_had_stored_but_not_matched_is_matched_when_it_comes_again() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader(
        unit=Unit.objects.create(name="Unit 40")
    )  # so that no upper room handles the alert
    photo = reader.photo("ABC123")
    reader.send(photo)
    # What kill -9 leaves between the read store and the settling transaction.
    for model in (Change, Notification, Alert, Batch):
        model.objects.all().delete()
    receipt = reader.send(photo)
    assert receipt.duplicates == [photo.read.id]
    assert Alert.objects.get().read == photo.read.id


@pytest.mark.both_databases
def test_settling_the_same_read_twice_raises_one_alert() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    photo = reader.photo("ABC123")
    reader.send(photo)
    reader.send(photo)
    assert Alert.objects.count() == 1
    assert not Sighting.objects.exists()
    assert Reader.objects.get().reads == 1
