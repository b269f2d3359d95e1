"""One act takes an entry off its list."""

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert

pytestmark = pytest.mark.django_db
WHY = "Recovered by Santa Fe PD; the owner has the vehicle back."


@pytest.fixture
def entry() -> Entry:
    load_hotlist("ABC123", "XYZ789")
    return Entry.objects.get(plate="ABC123")


@pytest.mark.clause("6.e.iv.3/order", "6.b.i.9/entries")
def test_who_keeps_the_lists_recalls_an_entry_and_all_that_follows_happens_at_once(entry: Entry) -> None:
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    alert = Alert.objects.get()
    signed_in(person("ada")).get(f"/alerts/{alert.pk}/")
    browser = signed_in(person("gloria"))
    page = f"/hotlists/entries/{entry.pk}/recall"
    history = browser.get(f"/hotlists/requests/history/{entry.pk}/").content.decode()
    assert page in history
    assert "Recall it now" in browser.get(page).content.decode()
    assert browser.post(page, {"reason": WHY}).status_code == 302
    assert page not in browser.get(f"/hotlists/requests/history/{entry.pk}/").content.decode()
    entry.refresh_from_db()
    assert entry.ended
    assert (entry.ended.cause, entry.ended.why, entry.ended.by) == ("recall", WHY, "person:gloria")
    assert Entry.objects.in_force().count() == 1
    assert (Alert.objects.get().stage, Alert.objects.get().recall.why) == ("closed", WHY)
    assert WHY in Notice.objects.get(to__username="ada").text
    leaf = Audit.objects.get(event="hotlist.recall").leaf
    assert leaf
    assert (leaf.object, leaf.reason, leaf.actor_id) == (f"entry:{entry.pk}", WHY, "gloria")
    reader.send(reader.photo("ABC123"))
    assert Alert.objects.count() == 1


def test_a_reason_that_is_none_and_an_entry_that_is_gone_are_refused(entry: Entry) -> None:
    browser = signed_in(person("gloria"))
    page = f"/hotlists/entries/{entry.pk}/recall"
    thin = browser.post(page, {"reason": "....... done"})
    assert (thin.status_code, b"6.b.i.9" in thin.content) == (409, True)
    assert browser.post(page, {"reason": ""}).status_code == 422
    assert not Revision.objects.filter(cause="recall").exists()
    browser.post(page, {"reason": WHY})
    again = browser.post(page, {"reason": WHY})
    assert (again.status_code, b"no longer in force" in again.content) == (409, True)
    assert Revision.objects.filter(cause="recall").count() == 1


@pytest.mark.clause("6.c.ii/lists", "6.b.i.8/scope")
@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("carla", 403), ("elena", 403), ("gloria", 404)])
def test_nobody_recalls_what_is_not_theirs(entry: Entry, name: str, status: int) -> None:
    HotList.objects.update(covert=True)  # so that not even its administrator sees it
    page = f"/hotlists/entries/{entry.pk}/recall"
    assert signed_in(person(name)).post(page, {"reason": WHY}).status_code == status
    assert Entry.objects.in_force().count() == 2
