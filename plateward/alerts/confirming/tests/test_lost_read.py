"""The page of an alert whose read is missing from the store, although it was never destroyed."""

from unittest.mock import Mock

import pytest

from plateward.alerts.confirming.actions import record_fault
from plateward.alerts.confirming.models import Fault
from plateward.alerts.facts import FaultKind
from plateward.alerts.models import Alert
from plateward.alerts.page import actions as steps
from plateward.audit.models import AuditEntry as Audit
from plateward.people.actor import PersonActor
from plateward.people.testing import signed_in
from plateward.reads.store import configured_store
from plateward.testing.roadside import Roadside

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.clause("6.e.iv.3", "6.j.i", "6.b.i.9")
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
        "The read of this alert is missing",
        "possible hit: stolen vehicle",
        "Seen 2 times",
        "The alert came in",
    ):
        assert known in html
    assert "ABC123" not in html
    assert ".jpg" not in html, "a picture that cannot be had is not asked for"
    assert "The plate cannot be confirmed: its picture is missing." in html
    assert "Confirm plate" not in html
    steps.confirm(ada, alert, "ABC123", "NM")
    assert "Read as" in browser.get(page).content.decode()
    assert record_fault(ada, alert, FaultKind.STALE).of == Fault.Of.LIST
