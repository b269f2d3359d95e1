"""The console, a call's page, and dispatch on the alert's page: only for people who may see the alerts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.models import AuditEntry as Audit
from plateward.core.audit.testing import noted
from plateward.field.hotlists.models import Entry, HotList
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Unit
from plateward.people.testing import person, signed_in
from plateward.simulators.cad import CadMode, CadSimulator
from plateward.testing.hotlist import change_entries, load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.alerts.models import Change as Outbox
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.testing import end_entries
from plateward.work.dispatch import actions, sending
from plateward.work.dispatch.console import board
from plateward.work.dispatch.models import Call

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.vii/added")]


def page(username: str, url: str) -> str:
    answer = signed_in(person(username)).get(url)
    assert answer.status_code == 200, url
    return str(answer.content.decode())


@pytest.mark.clause("6.c.i.4/role", "6.e.iii/marked")
def test_the_console_shows_calls_alerts_units_and_the_line(alert: Alert, cad: CadSimulator) -> None:
    sending.send_changes()
    load_hotlist("XYZ987", name="Second list")
    car = enroll_reader("unit-40", "Unit 40 rear", unit=Unit.objects.create(name="Unit 40"))
    car.send(car.photo("XYZ987"))
    html = page("elena", "/dispatch/")
    call = Call.objects.get()
    assert f"Call {call.pk}</a>" in html
    assert call.number in html
    assert "CAD is responding" in html
    assert f'data-alert="{Alert.objects.latest("pk").pk}"' in html  # no call yet
    assert f'data-alert="{alert.pk}"' not in html
    assert "<strong>Unit 40</strong>" in html
    assert html.count("in Albuquerque") == 3  # the call's alert, the other, and the unit
    assert html.count('data-at="35.084400,-106.650400"') == 3
    assert "Create call" in html
    assert "ABC123" not in html
    assert "CJI: investigative lead only" in html


@pytest.mark.both_databases
@pytest.mark.parametrize("notified", [False, True])
def test_more_alerts_and_calls_on_the_console_are_told_in_no_more_questions(
    ada: PersonActor, notified: bool
) -> None:
    car = enroll_reader("unit-40", "Unit 40 rear", unit=Unit.objects.create(name="Unit 40"))
    elena, plates = person("elena"), ["XYZ981", "XYZ982", "XYZ983"]
    for plate in plates:
        load_hotlist(plate, name=plate)
    counts: list[int] = []
    for plate in plates:
        car.send(car.photo(plate))
        if notified:
            actions.notify_dispatch(ada, Alert.objects.latest("pk"), None)
        with CaptureQueriesContext(connection) as questions:
            context = board(elena)
        assert len(context["calls" if notified else "alerts"]) == len(counts) + 1
        counts.append(len(questions))
    assert counts[0] == counts[2]


def test_while_cad_is_down_console_call_and_alert_say_so(alert: Alert, cad: CadSimulator) -> None:
    cad.mode = CadMode.ERROR
    sending.send_changes()
    call = Call.objects.get()
    for username, url in (
        ("elena", "/dispatch/"),
        ("elena", f"/dispatch/calls/{call.pk}/"),
        ("ada", f"/alerts/{alert.pk}/"),
    ):
        assert "CAD has not received this yet" in page(username, url)
    assert "CAD is not responding" in page("elena", "/dispatch/")
    assert "1 call waits to be sent" in page("elena", "/dispatch/")
    cad.mode = CadMode.NORMAL
    assert signed_in(person("elena")).post(f"/dispatch/calls/{call.pk}/again").status_code == 302
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        sending.send_changes()
        sending.send_changes()
    html = page("elena", f"/dispatch/calls/{call.pk}/")
    assert "CAD has not received" not in html
    assert "Sent to CAD again." in html


def test_a_call_that_cad_has_ended_says_so_as_long_as_its_alerts_are_open(alert: Alert) -> None:
    Call.objects.update(cad="cancelled")
    assert "Canceled by CAD" in page("elena", "/dispatch/")
    Alert.objects.update(stage="closed")
    html = page("elena", "/dispatch/")
    assert "Recently closed" in html
    assert "Canceled by CAD" not in html


def test_an_officer_tells_dispatch_in_one_act_from_the_alerts_page(own: Alert, cad: CadSimulator) -> None:
    browser = signed_in(person("ada"))
    assert "Send to dispatch" in browser.get(f"/alerts/{own.pk}/").content.decode()
    answer = browser.post(f"/dispatch/alerts/{own.pk}/tell", follow=True)
    page = answer.content.decode()
    call = Call.objects.get()
    assert "Dispatch notified" in page
    assert f"Dispatch was notified by {call.links.get().by}." in page
    assert ">Send to dispatch</button>" not in page
    again = browser.post(f"/dispatch/alerts/{own.pk}/tell", follow=True).content.decode()
    assert "already has this alert" in again
    assert "6.e.vii" in again


@pytest.mark.clause("6.b.i.9/entries")
def test_an_open_alert_page_hears_that_cad_has_it_and_asks_for_the_panel_alone(
    alert: Alert, cad: CadSimulator, recorded: Any
) -> None:
    browser = signed_in(person("ada"))
    url = f"/dispatch/alerts/{alert.pk}/"
    assert f'data-panel="{url}"' in browser.get(f"/alerts/{alert.pk}/").content.decode()
    assert "CAD has not received this yet" in browser.get(url).content.decode()
    before = Outbox.objects.count()
    sending.send_changes()
    assert Outbox.objects.count() == before + 1
    assert Outbox.objects.latest("pk").alert == alert
    response = browser.get(url)
    assert b"<html" not in response.content
    assert Call.objects.get().number in response.content.decode()
    assert recorded("call.view").object == f"alert:{alert.pk}"
    cad.calls.assign(Call.objects.get().number, "Unit 9")
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        sending.poll_cad()
        sending.poll_cad()
    assert Outbox.objects.count() == before + 2  # once, and not for what is not new
    assert "Unit 9 (assigned)" in browser.get(url).content.decode()


def test_what_cad_does_with_a_recalled_alert_tells_the_recall_no_second_time(
    alert: Alert, cad: CadSimulator
) -> None:
    end_entries(alert.entry_id)
    before = Outbox.objects.count()
    sending.send_changes()
    assert Outbox.objects.count() == before


def test_a_call_that_is_not_open_cannot_be_chosen(own: Alert) -> None:
    other = Call.objects.create(opened=Call.Opened.NOTICE)
    answer = signed_in(person("ada")).post(
        f"/dispatch/alerts/{own.pk}/tell", {"call": str(other.pk)}, follow=True
    )
    assert "not open to you" in answer.content.decode()
    assert not other.links.exists()


@pytest.mark.clause("6.c.ii/lists")
def test_nobody_sees_a_call_of_alerts_of_another_audience(alert: Alert, cad: CadSimulator) -> None:
    call = Call.objects.get()
    HotList.objects.update(covert=True)
    assert "No open calls." in page("elena", "/dispatch/")
    for path in (f"/dispatch/calls/{call.pk}/", f"/alerts/{alert.pk}/"):
        assert signed_in(person("elena")).get(path).status_code == 404
    assert signed_in(person("elena")).post(f"/dispatch/calls/{call.pk}/again").status_code == 404


@pytest.mark.clause("6.b.i.9/entries", "6.b.i.9/first")
class TestTheBoardThatAsksAgain:
    @pytest.fixture(autouse=True)
    def _now(self) -> Iterator[None]:
        with clock.set_to(clock.now()):
            yield

    def views(self) -> int:
        return Audit.objects.filter(event="call.view").count()

    def test_it_gets_nothing_while_it_shows_what_there_is_and_is_on_the_log_when_there_is_more(
        self, alert: Alert, cad: CadSimulator
    ) -> None:
        browser = signed_in(person("elena"))
        fingerprint = browser.get("/dispatch/").context["fingerprint"]
        assert self.views() == 1
        same = browser.get(f"/dispatch/board?shown={fingerprint}")
        assert (same.status_code, same.content) == (204, b"")
        Call.objects.update(cad="cancelled")
        more = browser.get(f"/dispatch/board?shown={fingerprint}")
        assert more.status_code == 200
        assert b"<html" not in more.content
        assert self.views() == 2
        leaf = Audit.objects.filter(event="call.view").latest("sequence").leaf
        assert leaf is not None
        assert noted(leaf) == {"alerts": [], "calls": [Call.objects.get().pk]}

    def test_every_minute_it_shows_ages_and_places_anew(self, alert: Alert, cad: CadSimulator) -> None:
        browser = signed_in(person("elena"))
        fingerprint = browser.get("/dispatch/").context["fingerprint"]
        with clock.set_to(clock.now() + timedelta(minutes=1)):
            assert browser.get(f"/dispatch/board?shown={fingerprint}").status_code == 200
        assert self.views() == 2

    def test_what_another_session_was_shown_is_no_word_for_this_one(
        self, alert: Alert, cad: CadSimulator
    ) -> None:
        fingerprint = signed_in(person("elena")).get("/dispatch/").context["fingerprint"]
        other = signed_in(person("elena"))
        assert other.get(f"/dispatch/board?shown={fingerprint}").status_code == 200
        assert self.views() == 2

    @pytest.mark.clause("6.b.i.10/failure", "AU-5/stops")
    def test_without_the_log_it_shows_nothing_whatever_it_is_told(
        self, alert: Alert, cad: CadSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        browser = signed_in(person("elena"))
        fingerprint = browser.get("/dispatch/").context["fingerprint"]

        def broken(*_: object) -> None:
            raise OperationalError("disk I/O error")

        monkeypatch.setattr("plateward.core.audit.log.insert_entries", broken)
        browser.raise_request_exception = False
        assert browser.get(f"/dispatch/board?shown={fingerprint}").content == b""
        Call.objects.update(cad="cancelled")
        for word in (fingerprint, "", "0" * len(fingerprint)):
            answer = browser.get(f"/dispatch/board?shown={word}")
            assert answer.status_code == 503
            assert b"Call" not in answer.content


@pytest.mark.clause("6.c.i.4/role", "6.b.i.8/matrix")
def test_the_console_is_for_communications_and_supervisors(alert: Alert) -> None:
    may = {"elena": 200, "carla": 200, "ada": 403, "frank": 403}
    for username, status in may.items():
        assert signed_in(person(username)).get("/dispatch/").status_code == status, username


def test_the_console_has_urgent_alerts_first_makes_their_calls_and_keeps_those_without_an_alarm_apart(
    own: Alert,
) -> None:
    car = enroll_reader("unit-41", "Unit 41 rear", unit=Unit.objects.create(name="Unit 41"))
    for plate, priority in (("XYZ981", "normal"), ("XYZ982", "low"), ("XYZ983", "normal")):
        load_hotlist(plate, name=plate)
        change_entries(Entry.objects.filter(bare=plate), priority=priority)
        car.send(car.photo(plate))
    *_, normal, low, silent = Alert.objects.order_by("pk")
    Alert.objects.filter(pk=silent.pk).update(rings=False)
    elena = signed_in(person("elena"))
    context = elena.get("/dispatch/").context
    assert [alert["number"] for alert in context["alerts"]] == [own.pk, normal.pk, low.pk]
    assert [alert["number"] for alert in context["silent"]] == [silent.pk]
    made = elena.post(f"/dispatch/alerts/{low.pk}/tell", {"console": "1"}, follow=True)
    elena.post(f"/dispatch/alerts/{own.pk}/tell", {"console": "1"})
    assert "Dispatch notified" in made.content.decode()
    elena.post(f"/dispatch/alerts/{normal.pk}/tell", {"console": "1"})
    rows = elena.get("/dispatch/").context["calls"]
    assert [row.alerts[0]["number"] for row in rows] == [own.pk, normal.pk, low.pk]


@pytest.mark.clause("6.b.i.9/entries")
def test_a_calls_page_has_place_vehicle_and_picture_and_the_plate_once_somebody_read_it(
    alert: Alert, ada: PersonActor, recorded: Any
) -> None:
    url = f"/dispatch/calls/{Call.objects.get().pk}/"
    before = page("elena", url)
    assert "in Albuquerque" in before
    assert f'alt="Vehicle of alert {alert.pk}"' in before
    assert "ABC123" not in before
    steps.confirm(ada, alert, "abc123", "NM")
    assert '<strong class="plate">ABC123</strong> NM, confirmed by Ada Archuleta' in page("elena", url)
    assert recorded("call.view").details["alerts"] == [alert.pk]
