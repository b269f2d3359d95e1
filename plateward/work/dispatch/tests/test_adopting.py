"""An alert is added to a call that CAD opened by hand, by CAD's number: shown first, checked again, refused
if CAD does not know it or it is over."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Unit
from plateward.people.testing import person, signed_in
from plateward.simulators.cad import CadMode, CadSimulator, SimulatedIncident
from plateward.testing.eido import schema_errors
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.models import Alert
from plateward.work.dispatch import actions, sending
from plateward.work.dispatch.models import Call, Line
from plateward.work.dispatch.tests.documents import GONE, document

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.vii/added")]
NUMBER = "2026-00412"
STOP = SimulatedIncident(
    NUMBER, "TRAFSTOP", "Traffic stop", "Mile 142, I-25 north", "2026-11-25T08:15:00-07:00"
)


@pytest.fixture
def opened(cad: CadSimulator) -> CadSimulator:
    """A CAD in which dispatch opened a call by hand."""
    cad.incidents[NUMBER] = STOP
    return cad


def now_in(cad: CadSimulator) -> dict[str, Any]:
    document = cad.calls.document_of(NUMBER)
    assert document is not None
    assert schema_errors(document) == []
    return document


def later() -> Any:
    return clock.set_to(clock.now() + timedelta(minutes=1))


@pytest.mark.clause("6.e.iii/marked")
def test_the_alert_is_in_cads_own_call_whose_type_stays_and_both_close_together(
    ada: PersonActor, own: Alert, opened: CadSimulator
) -> None:
    call = actions.add_to_cad_call(ada, own, NUMBER)
    assert (call.opened, call.number, call.kind) == (Call.Opened.CAD, NUMBER, "Traffic stop")
    assert sending.send_changes() == 1
    assert len(opened.calls.calls) == 1
    cad_call = now_in(opened)
    about = cad_call["incidentComponent"]
    assert (about["incidentTypeCommonRegistryText"], about["incidentTypeInternalText"]) == (
        "TRAFSTOP",
        "Traffic stop",
    )
    assert about["incidentStatusCommonRegistryText"] == ["Active"]
    assert "investigative lead only" in json.dumps(cad_call["notesComponent"])
    assert f"Alert {own.pk}, possible hit" in json.dumps(cad_call["notesComponent"])
    assert cad_call["locationComponent"][0]["locationDescriptionText"] == "Mile 142, I-25 north"
    assert "incidentTypeInternalCode" not in document(call)["incidentComponent"]
    opened.calls.assign(NUMBER, "Unit 9")
    with later():
        assert sending.poll_cad() == 1
    assert Call.objects.get().units == [["Unit 9", "Assigned"]]
    dispose(ada, own, GONE)
    with later():
        assert sending.send_changes() == 1
    about = now_in(opened)["incidentComponent"]
    assert about["incidentStatusCommonRegistryText"] == ["Closed"]
    assert about["dispositionComponent"][0]["dispositionDescriptionText"].startswith("Vehicle not located")


def test_two_alerts_are_on_one_call_and_it_stays_open_in_cad_until_both_are_closed(
    ada: PersonActor, own: Alert, opened: CadSimulator
) -> None:
    load_hotlist("XYZ987", name="Second list")
    car = enroll_reader("unit-41", "Unit 41 rear", own.reader.unit)
    car.send(car.photo("XYZ987"))
    other = Alert.objects.exclude(pk=own.pk).get()
    call = actions.add_to_cad_call(ada, own, NUMBER)
    sending.send_changes()
    assert actions.add_to_cad_call(ada, other, NUMBER) == call
    for alert, status in ((own, "Active"), (other, "Closed")):
        dispose(ada, alert, GONE)
        with later():
            sending.send_changes()
        assert now_in(opened)["incidentComponent"]["incidentStatusCommonRegistryText"] == [status]


@pytest.mark.parametrize("known", [True, False], ids=["known", "its answer was lost"])
def test_the_number_of_a_call_that_the_hub_opened_is_that_call(
    ada: PersonActor, alert: Alert, cad: CadSimulator, known: bool
) -> None:
    sending.send_changes()
    call = Call.objects.get()
    if not known:
        Call.objects.update(number="")
    load_hotlist("XYZ987", name="Second list")
    car = enroll_reader("unit-41", "Unit 41 rear", Unit.objects.create(name="Unit 41"))
    car.send(car.photo("XYZ987"))
    assert actions.add_to_cad_call(ada, Alert.objects.exclude(pk=alert.pk).get(), call.number) == call


REFUSALS = {
    "unknown": (None, CadMode.NORMAL, "CAD has no call"),
    "closed": (SimulatedIncident(NUMBER, status="Closed"), CadMode.NORMAL, "CAD has closed"),
    "cancelled": (SimulatedIncident(NUMBER, status="Cancelled"), CadMode.NORMAL, "CAD has canceled"),
    "down": (STOP, CadMode.ERROR, "CAD is not responding"),
    "another": (STOP, CadMode.OTHER_ANSWER, "CAD is not responding"),
}


@pytest.mark.parametrize(("has", "mode", "why"), REFUSALS.values(), ids=REFUSALS)
def test_a_call_that_cad_does_not_have_open_is_refused_and_nothing_is_made(
    ada: PersonActor, own: Alert, cad: CadSimulator, has: SimulatedIncident | None, mode: CadMode, why: str
) -> None:
    if has:
        cad.incidents[NUMBER] = has
    cad.mode = mode
    with pytest.raises(Refused, match=why) as refused:
        actions.add_to_cad_call(ada, own, NUMBER)
    assert refused.value.refusal.clause == "6.e.vii"
    assert not Call.objects.exists()
    assert bool(Line.objects.get().problem) is (why == "CAD is not responding")


@pytest.mark.clause("6.c.ii/lists")
def test_a_covert_alert_is_added_to_no_call(ada: PersonActor, own: Alert, opened: CadSimulator) -> None:
    HotList.objects.update(covert=True)
    with pytest.raises(Refused, match="covert"):
        actions.add_to_cad_call(ada, own, NUMBER)


@pytest.fixture
def browser() -> Client:
    return signed_in(person("ada"))


@pytest.mark.clause("6.b.i.9/entries")
def test_the_call_is_shown_before_it_is_chosen(
    browser: Client, own: Alert, opened: CadSimulator, recorded: Any
) -> None:
    page = browser.post(f"/dispatch/alerts/{own.pk}/find", {"number": " 2026-00412"}).content.decode()
    for text in ("Traffic stop", "Mile 142, I-25 north", "08:15", f"Add alert {own.pk} to this call"):
        assert text in page
    assert recorded("call.view").reason == f"asked CAD for {NUMBER}"
    assert not Call.objects.exists()
    answer = browser.post(f"/dispatch/alerts/{own.pk}/tell", {"number": NUMBER}, follow=True)
    assert "Dispatch notified: call 2026-00412" in answer.content.decode()
    assert "Traffic stop" in answer.content.decode()


def test_one_that_cad_closed_since_it_was_shown_is_refused(
    browser: Client, own: Alert, opened: CadSimulator
) -> None:
    assert browser.post(f"/dispatch/alerts/{own.pk}/find", {"number": NUMBER}).status_code == 200
    opened.incidents[NUMBER] = SimulatedIncident(NUMBER, status="Closed")
    answer = browser.post(f"/dispatch/alerts/{own.pk}/tell", {"number": NUMBER}, follow=True)
    assert "CAD has closed call 2026-00412" in answer.content.decode()
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "2026\x0000412",  # which PostgreSQL stores in no text
        *(
            pytest.param(typed)
            for typed in ("", "12", "../../x", "0000000", "2026-00412" * 9, "<b>2026-4</b>")
        ),
    ],
)
def test_what_is_no_number_is_told_and_stays_typed(
    browser: Client, own: Alert, opened: CadSimulator, typed: str
) -> None:
    answer = browser.post(f"/dispatch/alerts/{own.pk}/find", {"number": typed})
    assert answer.status_code == 422
    assert "usa-form-group--error" in answer.content.decode()
    assert answer.context["find"]["number"].value() == typed
    refused = browser.post(f"/dispatch/alerts/{own.pk}/tell", {"number": typed}, follow=True)
    assert "Dispatch notified" not in refused.content.decode()
    assert opened.queries == []


def test_an_unknown_number_is_refused_on_the_page_with_its_clause_and_stays_typed(
    browser: Client, own: Alert, cad: CadSimulator
) -> None:
    answer = browser.post(f"/dispatch/alerts/{own.pk}/find", {"number": "2026-99999"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Refused: CAD has no call 2026-99999." in page
    assert "6.e.vii" in page
    assert 'value="2026-99999"' in page


def test_the_console_adds_an_alert_by_both_numbers(own: Alert, opened: CadSimulator) -> None:
    browser = signed_in(person("elena"))
    assert "Add an alert to an existing CAD call" in browser.get("/dispatch/").content.decode()
    given = {"alert": str(own.pk), "number": NUMBER}
    page = browser.post("/dispatch/find", given).content.decode()
    assert "Mile 142, I-25 north" in page
    answer = browser.post(f"/dispatch/alerts/{own.pk}/tell", {"number": NUMBER, "console": "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/dispatch/"
    assert Call.objects.get().links.get().alert == own
    again = browser.post("/dispatch/find", given)
    assert again.status_code == 409
    assert "already has this alert" in again.content.decode()


@pytest.mark.parametrize("alert", ["", "0", "x", "9" * 30, "12345678"])
def test_the_console_knows_no_such_alert(own: Alert, opened: CadSimulator, alert: str) -> None:
    answer = signed_in(person("elena")).post("/dispatch/find", {"alert": alert, "number": NUMBER})
    assert answer.status_code == 422
    assert answer.context["find"]["number"].value() == NUMBER
    assert opened.queries == []


@pytest.mark.clause("6.c.ii/lists")
def test_an_alert_of_another_audience_is_none(own: Alert, opened: CadSimulator) -> None:
    HotList.objects.update(covert=True)
    browser = signed_in(person("elena"))
    answer = browser.post("/dispatch/find", {"alert": str(own.pk), "number": NUMBER})
    assert "You have no alert with this number" in answer.content.decode()
    assert browser.post(f"/dispatch/alerts/{own.pk}/find", {"number": NUMBER}).status_code == 404
    assert browser.get(f"/dispatch/alerts/{own.pk}/").status_code == 404
