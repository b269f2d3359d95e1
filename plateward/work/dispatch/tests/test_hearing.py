"""What CAD does to a call by itself: units, closed, canceled, forgotten; late and reordered answers."""

from datetime import timedelta
from typing import Any

import pytest

from plateward.core.cases.cad import client
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.simulators.cad import CadMode, CadSimulator
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.models import Alert
from plateward.work.dispatch import actions, sending
from plateward.work.dispatch.models import Call, Change, Line
from plateward.work.dispatch.tests.documents import GONE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.vii/closing")]


@pytest.fixture
def number(alert: Alert, cad: CadSimulator) -> str:
    """A call that CAD has."""
    sending.send_changes()
    return Call.objects.get().number


def heard(seconds: int = 11) -> int:
    with clock.set_to(clock.now() + timedelta(seconds=seconds)):
        return sending.poll_cad()


def cad_changes() -> list[str]:
    return [change.what for change in Call.objects.get().changes.filter(by="CAD")]


def test_units_that_cad_puts_on_it_are_heard(cad: CadSimulator, number: str) -> None:
    cad.calls.assign(number, "Unit 14")
    assert heard() == 1
    assert Call.objects.get().units == [["Unit 14", "Assigned"]]
    assert cad_changes() == ["CAD assigned Unit 14."]
    assert not Change.objects.unheard()  # CAD already knows that
    assert heard(30) == 0


@pytest.mark.parametrize(("does", "becomes"), [("close", "closed"), ("cancel", "cancelled")])
def test_a_call_that_cad_ends_is_told_and_its_alerts_still_need_their_disposition(
    ada: PersonActor, alert: Alert, cad: CadSimulator, number: str, does: str, becomes: str
) -> None:
    signed_in(person("elena")).get(f"/alerts/{alert.pk}/")
    getattr(cad.calls, does)(number)
    assert heard() == 1
    call = Call.objects.open().get()
    assert call.cad == becomes
    text = Notice.objects.get(to__username="elena").text
    assert f"CAD {becomes} it" in text
    assert "6.e.vii" in text
    dispose(ada, alert, GONE)
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        assert sending.send_changes() == 1
    document = next(iter(cad.calls.calls.values())).document
    assert document["incidentComponent"]["dispositionComponent"]


def test_what_happened_while_cad_was_down_is_reconciled(
    ada: PersonActor, alert: Alert, cad: CadSimulator, number: str
) -> None:
    cad.mode = CadMode.REFUSE
    assert heard() == 0
    assert Line.objects.get().failing_since is not None
    cad.calls.assign(number, "Unit 9")
    cad.calls.close(number)
    cad.mode = CadMode.NORMAL
    assert heard(60) == 1
    assert cad_changes() == ["CAD assigned Unit 9.", "CAD closed it."]
    assert Line.objects.get().failing_since is None


def test_an_answer_that_is_older_than_what_is_known_changes_nothing(cad: CadSimulator, number: str) -> None:
    cad.calls.assign(number, "Unit 14")
    cad.calls.close(number)
    heard()
    before = cad_changes()
    cad.mode = CadMode.STALE
    assert heard(30) == 0
    assert cad_changes() == before
    assert Call.objects.get().cad == "closed"


def test_an_answer_of_a_message_that_comes_late_changes_nothing_that_is_newer(
    alert: Alert, cad: CadSimulator, number: str
) -> None:
    call = Call.objects.get()
    late = client().look_up(number).incident
    assert late is not None
    cad.calls.cancel(number)
    heard()
    call.refresh_from_db()
    assert sending.update_from_cad(call, late) is False
    assert Call.objects.get().cad == "cancelled"


def test_a_call_that_cad_has_lost_is_told_once_and_made_anew_by_a_person(
    ada: PersonActor, cad: CadSimulator, number: str
) -> None:
    cad.calls.forget(number)
    assert heard() == 1
    assert heard(30) == 0
    assert Call.objects.get().cad == "unknown"
    actions.send_again(ada, Call.objects.get())
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        assert sending.send_changes() == 1
    assert len(cad.calls.calls) == 1
    assert Call.objects.get().cad == "open"


def test_what_cads_copy_lacks_is_seen(alert: Alert, cad: CadSimulator, number: str) -> None:
    call = next(iter(cad.calls.calls.values()))
    call.document = call.document | {"notesComponent": []}
    heard()
    assert Call.objects.get().lacks == [alert.pk]


@pytest.mark.parametrize("mode", [CadMode.GARBLED, CadMode.ERROR, CadMode.OTHER_ANSWER, CadMode.REFUSE])
def test_an_answer_that_is_none_changes_nothing(cad: CadSimulator, number: str, mode: CadMode) -> None:
    cad.calls.cancel(number)
    cad.mode = mode
    assert heard() == 0
    assert Call.objects.get().cad == "open"


def test_the_line_is_tried_while_nothing_is_asked(db: Any, cad: CadSimulator) -> None:
    sending.poll_cad()
    assert Line.objects.get().answered_at is not None
    sending.poll_cad()
    assert cad.queries == [sending.TEST_NUMBER]
    cad.mode = CadMode.ERROR
    heard(61)
    assert "HTTP 503" in Line.objects.get().problem


@pytest.mark.both_databases
def test_two_nodes_ask_once(cad: CadSimulator, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(cad.queries)
    with clock.set_to(clock.now() + timedelta(seconds=11)):
        sending.poll_cad()
        sending.poll_cad()
    assert cad.queries[before:].count(number) == 1
