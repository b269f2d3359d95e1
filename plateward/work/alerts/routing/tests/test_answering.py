"""Who has acknowledged an alert, and whom it escalates to if nobody has."""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import localtime

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.ground.wire.officer import ScreenAct, ScreenReport
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.models import Absence
from plateward.people.models import Person, Unit
from plateward.people.notices.actions import unread_count
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import Alert, Change
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.queue.live_queue import changes_after
from plateward.work.alerts.routing import actions
from plateward.work.alerts.routing.models import Acknowledgment, Notification, Unanswered
from plateward.work.alerts.routing.presence import recipient_of
from plateward.work.alerts.testing import end_entries, ringing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Person:
    """Of the unit whose reader saw it; Carla is above her, and Dario, here a supervisor, above Carla."""
    dario = person("dario", role="supervisor", unit=None)
    carla = person("carla", supervisor=dario, unit=Unit.objects.create(name="District 5"))
    return person("ada", supervisor=carla)


@pytest.fixture
def alert(ada: Person) -> Alert:
    """Rings for Ada, who is signed in."""
    signed_in(ada)
    load_hotlist("ABC123")
    reader = enroll_reader(unit=ada.unit)
    reader.send(reader.photo("ABC123"))
    return Alert.objects.get()


def alarm(officer: Person) -> Any:
    """What the alert's last stream event does on this person's page."""
    text = changes_after(0)[-1].to(recipient_of(officer.pk))
    return next((word for word in ("loud", "silent") if f'"alarm": "{word}"' in text), "")


def escalate(minutes: float) -> list[str]:
    """Everything due within this many minutes; returns everybody notified."""
    for second in range(0, int(minutes * 60) + 1, 30):
        with clock.set_to(clock.now() + timedelta(seconds=second)):
            actions.escalate_due()
    return [str(notification.person or notification) for notification in Notification.objects.order_by("pk")]


@pytest.mark.clause("5.b/vehicle", "6.b.i.9/entries")
def test_acknowledged_at_the_readers_screen_it_is_acknowledged_on_the_pages(ada: Person) -> None:
    signed_in(ada)
    load_hotlist("ABC123")
    reader = enroll_reader(unit=ada.unit)
    photo = reader.photo("ABC123")
    reader.send(photo)
    assert alarm(ada) == "loud"
    done = ScreenAct(uuid4(), "acknowledge", "ada", clock.now(), read=photo.read.id)
    strange = ScreenAct(uuid4(), "acknowledge", "nobody", clock.now(), read=photo.read.id)
    for _ in range(2):  # the first answer was lost
        assert reader.tell("/v1/screen", ScreenReport(acts=[done, strange])).status_code == 200
    assert Acknowledgment.objects.get().by == ada
    assert alarm(ada) == ""
    assert Audit.objects.filter(event="alert.acknowledge", object__startswith="alert:").count() == 1


@pytest.mark.clause("5.b/reaches", "6.b.i.9/entries")
def test_it_rings_for_who_was_told_until_they_acknowledge_it(ada: Person, alert: Alert) -> None:
    carla, browser = person("carla"), signed_in(ada)
    assert (alarm(ada), alarm(carla)) == ("loud", "")
    assert browser.post("/alerts/acknowledge", {"number": [alert.pk, 10**17, "x"]}).status_code == 204
    assert (alarm(ada), Change.objects.count()) == ("", 2)
    assert ringing(ada) == []
    assert "Acknowledged by Ada Archuleta" in browser.get("/alerts/").content.decode()
    entry = Audit.objects.get(event="alert.acknowledge", object=f"alert:{alert.pk}").leaf
    assert entry is not None
    assert (entry.actor_id, entry.details) == ("ada", {"rang_for_them": True})
    browser.post("/alerts/acknowledge", {"number": alert.pk})
    assert (Acknowledgment.objects.count(), Change.objects.count()) == (1, 2)


@pytest.mark.clause("5.b/reaches")
def test_who_opens_it_has_seen_it_and_who_only_looks_on_answers_for_nobody(ada: Person, alert: Alert) -> None:
    signed_in(person("carla")).get(f"/alerts/{alert.pk}/")
    assert not Acknowledgment.objects.exists()
    signed_in(person("carla")).post("/alerts/acknowledge", {"number": alert.pk})
    assert Unanswered.objects.get().due_at is not None
    page = signed_in(ada).get(f"/alerts/{alert.pk}/")
    assert Unanswered.objects.get().due_at is None
    assert "Acknowledged it" in page.content.decode()


@pytest.mark.clause("6.c.ii/lists")
def test_an_alert_of_another_audience_is_not_acknowledged(ada: Person, alert: Alert) -> None:
    HotList.objects.update(covert=True)
    assert signed_in(ada).post("/alerts/acknowledge", {"number": alert.pk}).status_code == 204
    assert not Acknowledgment.objects.exists()


@pytest.mark.clause("5.b/reaches", "6.b.i.8/scope", "6.b.i.9/entries")
def test_unanswered_it_goes_up_the_chain_of_command_and_at_last_to_everyone(alert: Alert) -> None:
    signed_in(person("elena"))
    assert escalate(0.5) == ["Unit 12 (own reader)"]
    assert escalate(1) == ["Unit 12 (own reader)", "Carla Chavez", "Communications"]
    assert alarm(person("carla")) == alarm(person("elena")) == "loud"
    assert alarm(person("ben", unit=None)) == ""
    assert escalate(10)[3:] == ["Dario Duran", "everyone in its list's audience"]
    assert alarm(person("ben")) == "loud"
    assert Unanswered.objects.get().due_at is None
    notices = dict(Notice.objects.values_list("to__username", "text"))
    assert notices.keys() == {"carla", "dario", "elena"}
    assert notices["carla"].startswith(
        f"NOT ACKNOWLEDGED: alert {alert.pk} (high priority, possible hit: Stolen vehicle, NCIC"
    )
    assert "ABC123" not in "".join(notices.values())
    events = Audit.objects.filter(event="alert.escalate").order_by("sequence")
    assert [event.leaf.details["notified"] for event in events if event.leaf] == [
        ["Carla Chavez, since nobody had acknowledged", "Communications"],
        ["Dario Duran, since nobody had acknowledged"],
        ["everyone in its list's audience"],
    ]
    page = signed_in(person("carla")).get(f"/alerts/{alert.pk}/").content.decode()
    assert "Notified Dario Duran, since nobody had acknowledged" in page


@pytest.mark.clause("5.b/reaches")
@pytest.mark.parametrize("end", ["acknowledged", "begun", "closed", "recalled"])
def test_the_mark_and_the_notices_of_an_escalation_end_with_it_and_stay_in_the_history(
    ada: Person, alert: Alert, end: str
) -> None:
    escalate(1)
    carla = signed_in(person("carla"))
    mark = "Not acknowledged, escalated to Carla Chavez"
    actions.acknowledge(PersonActor.of(person("ben", unit=None)), [alert])  # it does not ring for him
    assert "Escalated to Carla Chavez" in carla.get("/alerts/").content.decode()
    Acknowledgment.objects.all().delete()
    assert mark in carla.get("/alerts/").content.decode()
    actor = PersonActor.of(ada)
    if end == "acknowledged":
        actions.acknowledge(actor, [alert])
    elif end == "recalled":
        why = {"reason": "The owner has the vehicle back, as Santa Fe PD says."}
        assert (
            signed_in(person("gloria")).post(f"/hotlists/entries/{alert.entry_id}/recall", why).status_code
            == 302
        )
    else:
        steps.confirm(actor, alert, "ABC123", "NM")
    if end == "closed":
        dispose(
            actor,
            alert,
            DispositionAccount(AlertOutcome.NOT_LOCATED, "Gone when we came to the place at mile 12."),
        )
    for page in ("/alerts/", f"/alerts/{alert.pk}/"):
        assert mark not in carla.get(page).content.decode()
    assert (
        "Notified Carla Chavez, since nobody had acknowledged"
        in carla.get(f"/alerts/{alert.pk}/").content.decode()
    )
    notices = carla.get("/access/notices/").content.decode()
    assert "NOT ACKNOWLEDGED" in notices
    assert (">Done<" in notices, unread_count(person("carla"))) == (True, 0)


@pytest.mark.clause("5.b/reaches")
def test_an_escalation_counts_from_when_it_rang_not_from_when_it_was_silent(ada: Person) -> None:
    load_hotlist("ABC123")
    reader = enroll_reader(unit=ada.unit)
    with clock.set_to(clock.now() - timedelta(minutes=9)):
        reader.send(reader.photo("ABC123", sure=False))
    reader.send(reader.photo("ABC123"))
    assert Alert.objects.get().rings
    escalate(1)
    assert re.search(r" has rung for 6\d seconds without", Notice.objects.get().text)


@pytest.mark.clause("5.b/reaches")
def test_the_absent_are_passed_over(alert: Alert) -> None:
    now = clock.now()
    Absence.objects.create(person=person("carla"), begins=now, ends=now + timedelta(days=1))
    assert escalate(1) == ["Unit 12 (own reader)", "Dario Duran"]
    entry = Audit.objects.get(event="alert.escalate").leaf
    assert entry is not None
    assert str(entry.details["passed"]).startswith("Carla Chavez is absent until ")


@pytest.mark.clause("6.c.ii/lists")
def test_nobody_outside_its_audience_hears_of_it(ada: Person, alert: Alert) -> None:
    hotlist = HotList.objects.get()
    hotlist.units.set([Unit.objects.get(name="Unit 12")])
    escalate(10)
    assert not Notice.objects.exists()
    assert (alarm(ada), recipient_of(person("carla").pk).lists) == ("loud", frozenset())


@pytest.mark.clause("5.b/reaches")
@pytest.mark.parametrize("answer", ["acknowledged", "begun", "recalled"])
def test_answered_it_goes_on_to_nobody(ada: Person, alert: Alert, answer: str) -> None:
    if answer == "acknowledged":
        actions.acknowledge(PersonActor.of(ada), [alert])
    elif answer == "begun":
        steps.confirm(PersonActor.of(ada), alert, "ABC123", "NM")
    else:
        end_entries(alert.entry_id)
    escalate(10)
    assert not Audit.objects.filter(event="alert.escalate").exists()
    assert Unanswered.objects.get().due_at is None


@pytest.mark.clause("5.b/reaches")
def test_by_priority_and_what_does_not_ring_never(ada: Person) -> None:
    load_hotlist("ABC123,NM,stolen_plate,low", "XYZ987")
    reader = enroll_reader(unit=ada.unit)
    reader.send(reader.photo("ABC123"), reader.photo("XYZ987", sure=False))
    assert Unanswered.objects.get().alert.entry.bare == "ABC123"
    escalate(29)
    assert not Notice.objects.exists()
    escalate(30.5)
    assert Notice.objects.get().to.username == "carla"


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("5.b/reaches")
def test_two_nodes_escalate_once(alert: Alert) -> None:
    later = clock.now() + timedelta(minutes=1, seconds=5)
    done: list[int] = []
    both = threading.Barrier(2)

    def node() -> None:
        try:
            with clock.set_to(later):
                both.wait()
                done.append(actions.escalate_due())
        finally:
            connection.close()

    nodes = [threading.Thread(target=node) for _ in range(2)]
    for thread in nodes:
        thread.start()
    for thread in nodes:
        thread.join()
    assert sum(done) == 1
    assert Notice.objects.filter(to__username="carla").count() == 1


@pytest.mark.both_databases
@pytest.mark.clause("5.b/reaches")
def test_what_a_node_took_up_and_never_told_another_tells_within_seconds(
    alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Like SIGKILL: nothing catches it."""

    def killed(*_: object) -> None:
        raise Killed

    later = clock.now() + timedelta(minutes=1, seconds=1)
    with clock.set_to(later), monkeypatch.context() as patched:
        patched.setattr(actions, "_add_recipients", killed)
        with pytest.raises(Killed):
            actions.escalate_due()
    with clock.set_to(later + timedelta(seconds=1)):
        assert actions.escalate_due() == 1
        assert actions.escalate_due() == 0
    assert Notice.objects.filter(to__username="carla").count() == 1


@pytest.mark.clause("5.b/reaches")
@pytest.mark.parametrize("meanwhile", ["answered", "told by another node"])
def test_what_was_settled_after_it_was_taken_up_is_told_to_nobody(
    ada: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    usual = actions.escalate_due

    def settled(waiting: Unanswered) -> Unanswered | None:
        Unanswered.objects.update(
            due_at=None if meanwhile == "answered" else clock.now() + timedelta(hours=1)
        )
        return usual.lock(waiting)

    monkeypatch.setattr(actions, "escalate_due", replace(usual, lock=settled))
    escalate(1)
    assert not Notice.objects.exists()
    assert not Notification.objects.filter(why="escalated").exists()


@pytest.mark.clause("5.b/reaches", "6.b.i.9/entries")
def test_quiet_hours_are_set_shown_and_taken_away(ada: Person) -> None:
    browser = signed_in(ada)
    load_hotlist("ABC123,NM,stolen_plate,normal", "XYZ987,NM,amber_alert,low")
    reader = enroll_reader(unit=ada.unit)
    reader.send(reader.photo("ABC123"))
    now = localtime(clock.now())
    given = {"begins": f"{now - timedelta(hours=1):%H:%M}", "ends": f"{now + timedelta(hours=1):%H:%M}"}
    page = browser.post("/alerts/quiet", given, follow=True)
    assert "low and normal alarms show without sound" in page.content.decode()
    assert [(alarm["alarm"], alarm["hush"]) for alarm in ringing(ada)] == [
        ("silent", "Quiet hours, no sound")
    ]
    assert alarm(ada) == "silent"
    reader.send(reader.photo("XYZ987"))
    assert alarm(ada) == "loud"
    wrong = browser.post("/alerts/quiet", {"begins": "22:00", "ends": "22:00"}, follow=True)
    assert "Enter two different times" in wrong.content.decode()
    browser.post("/alerts/quiet", {"end": "yes"})
    assert alarm(ada) == "loud"
    entries = Audit.objects.filter(event="quiet_hours.set").order_by("sequence")
    assert [entry.leaf.details["begins"] for entry in entries if entry.leaf] == [given["begins"], None]


def queries(browser: Client, url: str) -> int:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


@pytest.mark.both_databases
@pytest.mark.clause("5.b/browser")
def test_the_queue_is_shown_a_page_at_a_time_and_asks_no_more_for_many(ada: Person) -> None:
    plates = [f"AAA{number:03}" for number in range(60)]
    load_hotlist(*[f"{plate},NM,stolen_plate,{'high' if n < 3 else 'low'}" for n, plate in enumerate(plates)])
    reader, browser = enroll_reader(unit=ada.unit), signed_in(ada)
    reader.send(*[reader.photo(plate) for plate in plates[2:4]])
    few = queries(browser, "/alerts/")
    rest = [reader.photo(plate) for plate in plates if plate not in plates[2:4]]
    reader.send(*rest, reader.photo(plates[-1]))
    assert queries(browser, "/alerts/") <= few + 2  # sightings and their readers
    first = browser.get("/alerts/").context
    later = f"skip={first['later']}"
    second, high = (browser.get(f"/alerts/?{query}").context for query in (later, "priority=high"))
    assert (len(first["alerts"]), len(second["alerts"]), len(high["alerts"])) == (50, 10, 3)
    assert second["later"] is None
    assert len({row["number"] for row in [*first["alerts"], *second["alerts"]]}) == 60
    assert max(row["times"] for row in first["alerts"]) == 2
    for rows in (first["alerts"], ringing(ada)):
        assert [row["priority"] for row in rows[:4]] == ["high", "high", "high", "low"]
