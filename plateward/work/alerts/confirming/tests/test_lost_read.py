"""The page of an alert whose read is missing from the store, although it was never destroyed."""

from datetime import date
from unittest.mock import Mock

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DayLost, StoreAway
from plateward.people.actor import PersonActor
from plateward.people.testing import person, signed_in
from plateward.testing.roadside import Roadside
from plateward.work.alerts.confirming import models
from plateward.work.alerts.confirming.actions import record_fault
from plateward.work.alerts.confirming.models import Fault
from plateward.work.alerts.facts import FaultKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.stored import NOT_ANSWERED

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.b.i.9/entries")
def test_it_shows_what_is_known_and_says_what_is_missing(
    ada: PersonActor, alert: Alert, reader: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = reader.photo("ABC123")
    reader.send(again)
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=OSError("ABC123")))
    browser, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    before = Audit.objects.filter(event="alert.view").count()
    answer = browser.get(page)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert Audit.objects.filter(event="alert.view").count() == before + 1
    for known in (
        "The read of this alert cannot be shown now",
        "Reload this alert",
        "possible hit: stolen vehicle",
        "Seen 2 times",
        "The alert came in",
    ):
        assert known in html
    assert "ABC123" not in html
    assert ".jpg" not in html, "a picture that cannot be had is not asked for"
    assert "The plate cannot be confirmed: its picture cannot be shown now." in html
    assert "Confirm plate" not in html
    steps.confirm(ada, alert, "ABC123", "NM")
    assert "Read by" in browser.get(page).content.decode()
    assert record_fault(ada, alert, FaultKind.STALE).of == Fault.Of.LIST


@pytest.mark.clause("5.i/position")
def test_a_page_says_what_a_store_that_is_away_or_has_lost_the_day_does_not_show(
    ada: PersonActor, alert: Alert, reader: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.send(reader.photo("ABC123"))
    away = StoreAway("It does not answer.")
    browser = signed_in(ada.person)
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=away))
    monkeypatch.setattr(configured_store(), "chosen", Mock(side_effect=away))
    html = browser.get(f"/alerts/{alert.pk}/").content.decode()
    assert NOT_ANSWERED in html
    assert "Seen 2 times" in html
    assert "Some positions are not shown" in html
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=DayLost(alert.captured_at.date())))
    assert "The read of this alert is missing" in browser.get(f"/alerts/{alert.pk}/").content.decode()


@pytest.mark.clause("6.f.i.2/on")
@pytest.mark.parametrize("missing", [DayLost(date(2026, 7, 1)), StoreAway("It does not answer.")])
def test_whose_a_wrong_plate_is_is_not_known_without_the_read_and_counts_against_nobody(
    ada: PersonActor, alert: Alert, monkeypatch: pytest.MonkeyPatch, missing: StoreAway
) -> None:
    monkeypatch.setattr(configured_store(), "get", Mock(side_effect=missing))
    steps.confirm(ada, alert, "ABC128", "NM")
    fault = record_fault(ada, alert, FaultKind.PLATE)
    fault.refresh_from_db()
    assert fault.of == Fault.Of.UNKNOWN
    hotlist = alert.entry.hotlist
    assert models.faults_of_list(hotlist) == models.ListFaults((), 1, ())
    assert models.misreads_by_reader() == {alert.reader_id: models.Misreads(0, 1, ())}
    browser = signed_in(person("gloria"))
    page = browser.get(f"/hotlists/{hotlist.pk}/").content.decode()
    assert "1 fault of its alerts whose read is missing" in page
    assert "Errors found when its alerts" not in page
    fleet = browser.get("/fleet/").content.decode()
    assert "Not counted: 1 alert whose read is missing" in fleet
    assert "Misread:" not in fleet
