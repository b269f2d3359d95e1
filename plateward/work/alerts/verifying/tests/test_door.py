"""The DOT number on a door: asked about, kept, shown with how the carrier was found, never a verification."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.ground.links.fmcsa import Fmcsa
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.testing import acting, person, signed_in
from plateward.simulators.fmcsa import FmcsaMode, SimulatedCarrier
from plateward.simulators.ncic import NcicSimulator
from plateward.testing.served import WEBKEY, fmcsa
from plateward.work.alerts.facts import ActKind, Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions
from plateward.work.alerts.verifying import rules
from plateward.work.alerts.verifying.asking import services
from plateward.work.alerts.verifying.asking.actions import ask_about_door, ask_fmcsa
from plateward.work.alerts.verifying.asking.views import DoorNumberForm
from plateward.work.alerts.verifying.models import Door
from plateward.work.alerts.verifying.tests.conftest import ORI

pytestmark = pytest.mark.clause("5.j/verifies")
db = pytest.mark.django_db
GHOST = SimulatedCarrier(
    1234567,
    "GHOST HAULING INC",
    allowed=False,
    orders=(("2026-01-15", "IMMINENT HAZARD"),),
    authorities=((88, "I"),),
)
GOOD = SimulatedCarrier(7654321, "GOOD FREIGHT LLC")


def stage(alert: Alert) -> str:
    return Alert.objects.get(pk=alert.pk).stage


@db
@pytest.mark.clause("6.e.iv.3/fmcsa", "6.c.i.5/role", "6.b.i.9/entries")
def test_a_carrier_that_may_not_operate_by_its_door_opens_no_gate(alert: Alert, recorded: Any) -> None:
    dario = acting("dario")
    with fmcsa(GHOST) as service:
        said = ask_about_door(dario, alert, services.fmcsa(), "1234567")
        assert service.queries[0] == "/qc/services/carriers/1234567"
    assert (said.outcome, said.name, said.allowed) == ("known", "GHOST HAULING INC", False)
    assert '"allowedToOperate": "N"' in said.verbatim
    assert WEBKEY not in said.verbatim + said.detail
    assert recorded("alert.verify").details["dot"] == "1234567"
    assert stage(alert) == Stage.OBSERVED
    with pytest.raises(Refused):
        actions.act(dario, alert, ActKind.ENCOUNTER)


@db
@pytest.mark.clause("6.e.iv.3/fmcsa")
def test_a_carrier_that_may_operate_by_its_door_takes_nothing_back(
    alert: Alert, simulator: NcicSimulator
) -> None:
    dario = acting("dario")
    with fmcsa(
        SimulatedCarrier(7654321, "GHOST HAULING INC", allowed=False),
        SimulatedCarrier(1234567, "GOOD FREIGHT LLC"),
    ):
        ask_fmcsa(dario, alert, services.switch(), services.fmcsa(), ORI)
        ask_about_door(dario, alert, services.fmcsa(), "1234567")
    assert stage(alert) == Stage.VERIFIED
    actions.act(dario, alert, ActKind.ENFORCEMENT)


@pytest.mark.both_databases
@db
def test_the_answer_is_sealed_and_no_role_alters_or_removes_it(alert: Alert) -> None:
    with fmcsa(GHOST):
        ask_about_door(acting("dario"), alert, services.fmcsa(), "1234567")
    with connection.cursor() as cursor:
        cursor.execute("SELECT verbatim FROM alerts_door")
        assert b"allowedToOperate" not in bytes(cursor.fetchone()[0])
    for tamper in ("DELETE FROM alerts_door", "UPDATE alerts_door SET dot = '1'"):
        refused = pytest.raises(DatabaseError, match="never altered")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(tamper)
    assert Door.objects.get().dot == "1234567"


@db
@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        (FmcsaMode.ERROR, "unreachable"),
        (FmcsaMode.GARBLED, "garbled"),
        (FmcsaMode.OTHER_ANSWER, "garbled"),
        (FmcsaMode.NORMAL, "unknown"),
    ],
)
def test_no_answer_is_kept_as_none(alert: Alert, mode: FmcsaMode, outcome: str) -> None:
    with fmcsa() as service:
        service.mode = mode
        said = ask_about_door(acting("dario"), alert, services.fmcsa(), "1234567")
    assert (said.outcome, said.allowed) == (outcome, None)


@db
@pytest.mark.clause("6.c.i.5/role")
def test_who_may_not_ask_of_the_plate_may_not_ask_of_the_door(ada: PersonActor, alert: Alert) -> None:
    with fmcsa(GHOST) as service:
        with pytest.raises(Refused, match="commercial"):
            ask_about_door(ada, alert, services.fmcsa(), "1234567")
        assert service.queries == []
    with pytest.raises(Refused, match="no FMCSA key"):
        ask_about_door(acting("dario"), alert, None, "1234567")


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_fmcsa_is_waited_for(
    alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    usual = Fmcsa.carrier

    def watching(service: Fmcsa, dot: str) -> Any:
        held.append(connection.in_atomic_block)
        return usual(service, dot)

    monkeypatch.setattr(Fmcsa, "carrier", watching)
    with fmcsa(GHOST):
        ask_about_door(acting("dario"), alert, services.fmcsa(), "1234567")
    assert held == [False]


@pytest.mark.parametrize(
    "typed", ["1234567", " USDOT 1234567 ", "US DOT# 1234567", "dot:1234567", "01234567"]
)
def test_the_number_is_typed_as_it_stands_on_the_door(typed: str) -> None:
    form = DoorNumberForm({"dot": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["dot"] == "1234567"


@pytest.mark.parametrize(
    "typed", ["", "0", "123456789", "12a", "\u0661\u0662", "MC 123456", "1" * 40, "1\x002", "../1"]
)
def test_what_is_no_number_is_told(typed: str) -> None:
    form = DoorNumberForm({"dot": typed})
    assert not form.is_valid()
    assert "\x00" in typed or "1 to 8 digits" in str(form.errors)


@pytest.mark.parametrize(
    ("named", "other"),
    [((), False), (("",), False), (("1234567",), False), (("01234567",), False), (("7",), True)],
)
def test_another_carrier_than_the_plate_s_is_told(named: tuple[str, ...], other: bool) -> None:
    assert rules.names_other("1234567", named) is other


@db
@pytest.mark.clause("6.e.iv.3/fmcsa")
def test_the_page_says_how_each_carrier_was_found_and_what_that_is_worth(
    alert: Alert, simulator: NcicSimulator
) -> None:
    browser, url = signed_in(person("dario")), f"/alerts/{alert.pk}/"
    with fmcsa(GHOST, GOOD):
        assert "Query FMCSA by the DOT number on the vehicle" in browser.get(url).content.decode()
        wrong = browser.post(f"{url}door", {"dot": "MC 99"})
        assert wrong.status_code == 422
        assert 'value="MC 99"' in wrong.content.decode()
        browser.post(f"{url}fmcsa")
        page = browser.post(f"{url}door", {"dot": "USDOT 1234567"}, follow=True).content.decode()
    for text in (
        "By the plate, as its state’s registration names it",
        "By the number on the door",
        "This does not verify the alert.",
        "The plate’s own registration names another carrier.",
        "GHOST HAULING INC, USDOT 1234567",
        "Asked FMCSA by the number on the door, USDOT 1234567: The carrier may not operate",
    ):
        assert text in page, text


@db
def test_whoever_may_not_verify_may_not_ask(alert: Alert) -> None:
    assert signed_in(person("frank")).post(f"/alerts/{alert.pk}/door", {"dot": "1"}).status_code == 403
