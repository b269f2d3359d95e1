"""The queue's page: what it shows, and where it continues."""

from datetime import timedelta

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions
from plateward.work.alerts.testing import ringing

pytestmark = pytest.mark.django_db


def numbers() -> list[int]:
    return [alarm["number"] for alarm in ringing(person("ada"))]


@pytest.mark.clause("5.b/browser")
def test_an_alert_that_came_while_nobody_looked_rings_when_somebody_does() -> None:
    load_hotlist("ABC123", "XYZ987")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    reader.send(reader.photo("XYZ987"))
    first, second = Alert.objects.order_by("pk")
    assert numbers() == [second.pk, first.pk]
    ada = PersonActor.of(person("ada"))
    actions.confirm(ada, first, "ABC123", "NM")
    assert numbers() == [second.pk]
    with clock.set_to(clock.now() + timedelta(hours=13)):
        assert numbers() == []


@pytest.mark.clause("6.e.iv.3/plate", "5.g/source")
def test_neither_queue_nor_page_tells_the_plate_before_somebody_has_read_it() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    browser = signed_in(person("ada"))
    page = f"/alerts/{Alert.objects.get().pk}/"
    for url in ("/alerts/", page):
        answer = browser.get(url)
        assert b"Stolen vehicle" in answer.content or b"stolen vehicle" in answer.content
        assert b"ABC123" not in answer.content
    answer = browser.post(f"{page}confirm", {"plate": "abc 123", "state": "NM"}, follow=True)
    assert b"ABC123" in answer.content


@pytest.mark.clause("6.b.i.9/entries", "6.h.iv/custody")
def test_every_look_at_an_alert_and_its_images_is_on_the_log() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    photo = reader.photo("ABC123")
    reader.send(photo)
    browser = signed_in(person("ada"))
    answer = browser.get(f"/alerts/{Alert.objects.get().pk}/")
    for which, content in (("context_url", photo.context), ("plate_url", photo.plate)):
        assert browser.get(answer.context["seen"]["frames"][0][which]).content == content
    seen = Audit.objects.filter(event__in=["alert.view", "image.view"]).order_by("-sequence")
    assert list(seen.values_list("event", "actor_id")[:3]) == [
        ("image.view", "ada"), ("image.view", "ada"), ("alert.view", "ada"),
    ]  # fmt: skip


@pytest.mark.clause("6.e.iv.3/order")
def test_a_refused_step_says_the_clause_and_keeps_what_was_typed() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    browser = signed_in(person("ada"))
    page = f"/alerts/{Alert.objects.get().pk}/"
    early = browser.post(f"{page}act", {"kind": "encounter"})
    assert early.status_code == 409
    assert b"6.e.iv.3" in early.content
    thin = browser.post(f"{page}dispose", {"outcome": "misread", "narrative": "too thin"})
    assert thin.status_code == 409
    assert b"too thin" in thin.content
    empty = browser.post(f"{page}confirm", {"plate": "", "state": "NM"})
    assert empty.status_code == 422
    assert not hasattr(Alert.objects.get(), "confirmation")
