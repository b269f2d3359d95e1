"""A read's images are for the unit whose reader took it, and for people who see an alert based on it."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from django.urls import reverse

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import HotList
from plateward.field.reads.images import day_keys, image_segments
from plateward.field.reads.store import configured_store
from plateward.ground import clock
from plateward.ground.vault.sealing import SealBroken
from plateward.people.actor import PersonActor
from plateward.people.models import Person, Unit
from plateward.people.testing import person, signed_in
from plateward.testing.destruction import destroy_day
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Photo, Roadside, enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.alerts.sharing.actions import share

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.c.ii/cases", "6.e.ii/own", "6.e.ii/share")]


@pytest.fixture
def roadside() -> Roadside:
    """A reader of a unit with none of the cast."""
    return enroll_reader(unit=Unit.objects.create(name="Unit 14"))


def address(photo: Photo, which: str = "context") -> str:
    return reverse("reads:image", args=[photo.read.captured_at.date(), photo.read.id, which])


def opens(who: Person, photo: Photo) -> bool:
    answers = {signed_in(who).get(address(photo, which)).status_code for which in ("context", "plate")}
    assert answers in ({200}, {404})
    return answers == {200}


def test_a_read_of_no_alert_is_seen_by_its_own_unit_alone(roadside: Roadside) -> None:
    photo = roadside.photo()
    roadside.send(photo)
    assert opens(person("ben", unit=Unit.objects.get(name="Unit 14")), photo)
    assert not opens(person("ada"), photo)
    assert not opens(person("elena", unit=None), photo)


def test_a_reader_without_a_unit_is_nobodys_own() -> None:
    roadside = enroll_reader()
    photo = roadside.photo()
    roadside.send(photo)
    assert not opens(person("ada", unit=None), photo)


def test_the_images_of_a_covert_lists_alert_are_for_whom_it_names(roadside: Roadside) -> None:
    load_hotlist("ABC123")
    HotList.objects.update(covert=True)
    HotList.objects.get().people.set([person("carla")])
    photo = roadside.photo()
    roadside.send(photo)
    assert opens(person("carla"), photo)
    assert not opens(person("ada"), photo)


def test_every_picture_of_an_alert_that_one_sees_opens(roadside: Roadside) -> None:
    load_hotlist("ABC123")
    first, again = roadside.photo(), roadside.photo()
    roadside.send(first)
    roadside.send(again)
    assert Alert.objects.get().sightings.count() == 1
    assert opens(person("ada"), first)
    assert opens(person("ada"), again)


def test_whom_an_alert_is_shared_with_sees_its_images_as_long_as_the_share_holds(roadside: Roadside) -> None:
    load_hotlist("ABC123")
    unit = Unit.objects.create(name="Unit 9")
    HotList.objects.get().units.set([unit])
    photo = roadside.photo()
    roadside.send(photo)
    dario, ada = person("dario", unit=unit), person("ada")
    assert not opens(ada, photo)
    actor = PersonActor.of(dario)
    made = share(
        actor,
        Alert.objects.get(),
        ada,
        "Compare the dent in the left door with the van of case 2026-114.",
        1,
    )
    assert opens(ada, photo)
    with clock.set_to(made.ends_at + timedelta(seconds=1)):
        assert not opens(ada, photo)


@pytest.mark.clause("6.b.i.9/denied")
def test_a_read_of_another_audience_is_answered_as_one_that_never_was_and_the_log_has_both_attempts(
    roadside: Roadside,
) -> None:
    photo = roadside.photo()
    roadside.send(photo)
    browser = signed_in(person("ada"))
    never = roadside.photo()
    assert [browser.get(address(one)).status_code for one in (photo, never)] == [404, 404]
    refused = Audit.objects.filter(event="image.view").values_list("object", "outcome", "clause", "actor_id")
    assert [*refused] == [(f"read:{one.read.id}", "refused", "6.c.ii", "ada") for one in (photo, never)]


@pytest.mark.clause("6.b.i.9/entries")
@pytest.mark.parametrize("part", ["the read", "its image", "its image, altered"])
def test_an_image_of_a_lost_store_is_on_the_log_as_failed(
    roadside: Roadside, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    photo = roadside.photo()
    roadside.send(photo)
    browser = signed_in(person("ben", unit=Unit.objects.get(name="Unit 14")))
    lost = Mock(side_effect=OSError("ABC123"))
    if part == "the read":
        monkeypatch.setattr(configured_store(), "get", lost)
    else:
        error = lost if part == "its image" else Mock(side_effect=SealBroken("It was altered."))
        monkeypatch.setattr(image_segments(), "read", error)
    browser.raise_request_exception = False
    assert browser.get(address(photo)).status_code == 503
    (failed,) = Audit.objects.filter(event="image.view")
    assert (failed.object, failed.outcome, failed.actor_id) == (f"read:{photo.read.id}", "failed", "ben")
    assert failed.leaf is not None
    assert "ABC123" not in failed.leaf.reason


@pytest.mark.clause("6.h.ii/destruction")
def test_the_images_of_a_destroyed_day_are_gone() -> None:
    unit = Unit.objects.create(name="Unit 14")
    with clock.set_to(datetime(2019, 5, 17, 15, 0, tzinfo=UTC)):  # used by no other test
        roadside = enroll_reader(unit=unit)
        photo = roadside.photo()
        assert roadside.send(photo).accepted == [photo.read.id]
    destroy_day(day_keys(), photo.read.captured_at.date())
    assert not opens(person("ben", unit=unit), photo)
