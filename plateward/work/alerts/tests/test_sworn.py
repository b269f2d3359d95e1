"""A stop and enforcement are for sworn officers, whatever their role; an inspector's for commercial vehicles."""

import pytest

from plateward.ground.policy.decision import Allow, Refusal, Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in
from plateward.simulators.ncic import NcicSimulator
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.facts import ActKind, AlertOutcome, Facts, Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions
from plateward.work.alerts.rules import may_stop
from plateward.work.alerts.testing import STORY, verify_with_ncic

TOWED = DispositionAccount(AlertOutcome.ENFORCEMENT, STORY, (EnforcementAction(EnforcementKind.TOW),))
db = pytest.mark.django_db


@pytest.mark.clause("6.c.i.2/sworn", "6.c.i.5/role")
@pytest.mark.parametrize("role", [*Role])
@pytest.mark.parametrize("commercial", [True, False])
def test_the_sworn_stop_vehicles_and_inspectors_commercial_ones_whatever_the_role(
    role: Role, commercial: bool
) -> None:
    facts = Facts(commercial=commercial)
    assert may_stop(facts, role, sworn=True) == Allow()
    decision = may_stop(facts, role, sworn=False)
    if role is Role.INSPECTOR and commercial:
        assert decision == Allow()
    else:
        assert isinstance(decision, Refusal)
        assert decision.clause == ("6.c.i.5" if role is Role.INSPECTOR else "6.c.i.2")


def unsworn(username: str) -> None:
    person(username)
    Person.objects.filter(username=username).update(sworn=False)


@pytest.fixture
def hit(ada: PersonActor, alert: Alert, simulator: NcicSimulator) -> Alert:
    """Confirmed, observed as a car, and verified."""
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    verify_with_ncic(ada, alert)
    return alert


@db
@pytest.mark.clause("6.c.i.2/sworn")
@pytest.mark.parametrize("kind", [ActKind.ENCOUNTER, ActKind.ENFORCEMENT])
def test_a_supervisor_who_is_not_sworn_begins_neither_encounter_nor_enforcement(
    hit: Alert, recorded: object, kind: ActKind
) -> None:
    unsworn("carla")
    with pytest.raises(Refused, match="Only a sworn officer") as refused:
        actions.act(acting("carla"), hit, kind)
    assert refused.value.refusal.clause == "6.c.i.2"
    assert not hit.acts.exists()
    actions.act(acting("carla"), hit, ActKind.INVESTIGATION)  # stops nobody
    Person.objects.filter(username="carla").update(sworn=True)
    actions.act(acting("carla"), hit, kind)


@db
@pytest.mark.clause("6.c.i.2/sworn", "6.e.vii/thorough")
def test_a_disposition_with_enforcement_is_a_sworn_officers(ada: PersonActor, hit: Alert) -> None:
    actions.act(ada, hit, ActKind.ENFORCEMENT)
    elena = acting("elena")
    with pytest.raises(Refused, match="Only a sworn officer"):
        dispose(elena, hit, TOWED)
    hit.refresh_from_db()
    assert hit.stage == Stage.ACTED
    dispose(ada, hit, TOWED)
    hit.refresh_from_db()
    assert hit.stage == Stage.CLOSED


@db
@pytest.mark.clause("6.c.i.5/role")
def test_an_inspector_is_told_what_is_missing_for_a_stop(hit: Alert) -> None:
    dario = acting("dario")
    with pytest.raises(Refused, match="stops commercial vehicles"):
        actions.act(dario, hit, ActKind.ENCOUNTER)


@db
@pytest.mark.clause("6.c.i.2/sworn")
def test_the_page_offers_a_stop_to_the_sworn_alone_and_says_why(hit: Alert) -> None:
    unsworn("carla")
    ada, carla = (
        signed_in(person(name)).get(hit.get_absolute_url()).content.decode() for name in ("ada", "carla")
    )
    assert "Encounter: a stop or contact" in ada
    assert "No encounter or enforcement by you" not in ada
    assert "Encounter: a stop or contact" not in carla
    assert "No encounter or enforcement by you" in carla
