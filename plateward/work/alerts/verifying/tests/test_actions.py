"""NCIC says no; FMCSA is asked; and nobody else waits meanwhile."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection

from plateward.field.hotlists.models import HotList
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import DayLost, StoreAway
from plateward.ground.links.ncic.switch import Switch
from plateward.ground.policy.decision import Refused
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person, signed_in
from plateward.simulators.fmcsa import FmcsaMode, SimulatedCarrier
from plateward.simulators.ncic import NcicSimulator
from plateward.testing.served import WEBKEY, fmcsa
from plateward.work.alerts.facts import ActKind, AlertOutcome, Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outcomes.counting import progress_of
from plateward.work.alerts.page import actions
from plateward.work.alerts.verifying.asking import services
from plateward.work.alerts.verifying.asking.actions import ask_fmcsa, ask_ncic
from plateward.work.alerts.verifying.tests.conftest import ORI, TRUCK, requested

GHOST = SimulatedCarrier(
    7654321, "GHOST HAULING INC", allowed=False, orders=(("2026-01-15", "IMMINENT HAZARD"),)
)
db = pytest.mark.django_db


def stage(alert: Alert) -> str:
    alert.refresh_from_db()
    return alert.stage


@db
@pytest.mark.clause("6.e.iv.3/ncic", "5.h/query", "6.e.vii/verified")
def test_no_record_closes_the_alert_as_not_verified_and_the_list_s_owner_is_told(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    owner = person("gloria")
    HotList.objects.update(owner=owner)
    simulator.records.clear()
    assert ask_ncic(ada, alert, services.switch(), ORI).answer == "no_record"
    assert stage(alert) == Stage.CLOSED
    assert (alert.denial.cause, alert.denial.closes) == ("no_record", True)
    assert "ABC123 NM, alert" in Notice.objects.get(to=owner).text
    [end] = progress_of(Alert.objects.all(), alert.arrived_at)
    assert (end.outcome, end.verdict, end.closed_at) == (AlertOutcome.NOT_VERIFIED, False, alert.denial.at)


@db
@pytest.mark.clause("6.c.ii/lists")
def test_an_owner_outside_the_audience_of_a_covert_list_reads_no_plate(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    owner = person("gloria")
    HotList.objects.update(owner=owner, covert=True)
    HotList.objects.get().people.add(ada.person)
    simulator.records.clear()
    ask_ncic(ada, alert, services.switch(), ORI)
    text = Notice.objects.get(to=owner).text
    assert "State hot file" in text
    assert "ABC123" not in text


@db
@pytest.mark.clause("6.e.iv.3/ncic", "6.e.vii/verified")
def test_no_record_leaves_open_what_was_acted_upon(
    ada: PersonActor, hit: Alert, simulator: NcicSimulator
) -> None:
    actions.act(ada, hit, ActKind.ENCOUNTER)
    simulator.records.clear()
    for _ in range(2):
        ask_ncic(ada, hit, services.switch(), ORI)
    assert stage(hit) == Stage.ACTED
    assert not hit.denial.closes


@db
@pytest.mark.clause("5.j/query", "5.j/verifies", "6.c.i.5/role", "6.e.iv.3/fmcsa")
def test_fmcsa_verifies_a_commercial_vehicle_by_its_carrier(alert: Alert, simulator: NcicSimulator) -> None:
    dario = acting("dario")
    with fmcsa(GHOST) as service:
        said = ask_fmcsa(dario, alert, services.switch(), services.fmcsa(), ORI)
        assert (said.source, said.answer, said.carrier.name) == ("fmcsa", "hit", "GHOST HAULING INC")
        assert (said.carrier.allowed, said.carrier.orders) == (False, (("2026-01-15", "IMMINENT HAZARD"),))
        assert '"allowedToOperate": "N"' in said.verbatim
        assert WEBKEY not in said.verbatim + said.detail
        assert stage(alert) == Stage.VERIFIED
        service.mode = FmcsaMode.ERROR
        again = ask_fmcsa(dario, alert, services.switch(), services.fmcsa(), ORI)
    assert again.answer == "down"
    actions.act(dario, alert, ActKind.ENFORCEMENT)  # its earlier answer still stands


@db
@pytest.mark.clause("5.j/verifies", "6.e.iv.3/ncic", "6.e.iv.3/fmcsa")
def test_what_fmcsa_has_verified_ncic_s_no_does_not_close(alert: Alert, simulator: NcicSimulator) -> None:
    simulator.trucks = [type(TRUCK)("ABC123", "NM", dot="1", out_of_service=True)]
    simulator.records.clear()
    dario = acting("dario")
    assert ask_fmcsa(dario, alert, services.switch(), None, ORI).answer == "hit"
    ask_ncic(dario, alert, services.switch(), ORI)
    assert stage(alert) == Stage.VERIFIED


@db
@pytest.mark.clause("5.j/query", "6.c.i.5/role")
def test_fmcsa_is_not_asked_by_an_officer_of_any_car(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    before = len(simulator.queries)
    with pytest.raises(Refused, match="commercial"):
        ask_fmcsa(ada, alert, services.switch(), None, ORI)
    assert len(simulator.queries) == before
    alert.entry.plate_type = "TK"
    alert.entry.save()
    assert ask_fmcsa(ada, alert, services.switch(), None, ORI).answer == "down"
    assert stage(alert) == Stage.OBSERVED


@db
@pytest.mark.clause("5.j/query", "6.c.i.5/role")
def test_without_the_read_nobody_says_that_a_vehicle_is_not_commercial(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, page = signed_in(ada.person), f"/alerts/{alert.pk}/"
    unknown = "Cannot tell whether this is a commercial vehicle"
    for end, why in (
        (StoreAway("It hangs."), "does not respond. Try again"),
        (DayLost(alert.captured_at.date()), "never destroyed"),
        (DayDestroyed("Its day is over."), "destroyed at the end of its retention"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(configured_store(), "get", Mock(side_effect=end))
            with pytest.raises(Refused, match=f"{unknown}.*{why}"):
                ask_fmcsa(ada, alert, services.switch(), None, ORI)
            html = browser.get(page).content.decode()
        assert unknown in html
        assert why in html
        assert "Query FMCSA" not in html
    assert unknown not in browser.get(page).content.decode(), "it is asked again"
    with pytest.raises(Refused, match="Neither the read nor the list entry"):
        ask_fmcsa(ada, alert, services.switch(), None, ORI)
    with monkeypatch.context() as patch:
        patch.setattr(configured_store(), "get", Mock(side_effect=StoreAway("It hangs.")))
        assert "Query FMCSA" in signed_in(person("dario")).get(page).content.decode()


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("5.h/query")
def test_no_lock_and_no_transaction_is_held_while_somebody_outside_is_waited_for(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def watched(name: str) -> None:
        ask = getattr(Switch, name)

        def watching(switch: Switch, question: Any) -> Any:
            held.append(connection.in_atomic_block)
            return ask(switch, question)

        monkeypatch.setattr(Switch, name, watching)

    for name in ("query", "status", "confirm"):
        watched(name)
    ask_ncic(ada, alert, services.switch(), ORI)
    requested(ada, alert)
    ask_fmcsa(acting("dario"), alert, services.switch(), None, ORI)
    assert held == [False] * 3
