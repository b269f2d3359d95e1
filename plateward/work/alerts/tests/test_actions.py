"""From confirmation to disposition, with NCIC on a real socket."""

from datetime import timedelta

import pytest

from plateward.core.audit.models import AuditEntry as Audit
from plateward.ground import clock
from plateward.ground.links.ncic.query import NcicAnswer, NcicQuery
from plateward.ground.links.ncic.switch import Switch
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.testing import person
from plateward.simulators.ncic import NcicMode, NcicSimulator
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.facts import ActKind, AlertOutcome, Stage
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions
from plateward.work.alerts.testing import STORY, verify_with_ncic
from plateward.work.alerts.verifying.asking import services

pytestmark = pytest.mark.django_db
ARRESTED = DispositionAccount(
    AlertOutcome.ENFORCEMENT,
    STORY,
    (
        EnforcementAction(EnforcementKind.ARREST),
        EnforcementAction(EnforcementKind.TOW, 1, "To the yard in Bernalillo"),
    ),
    persons_stopped=2,
    recovered=True,
    recovery="The vehicle itself.",
)


def stage(alert: Alert) -> str:
    alert.refresh_from_db()
    return alert.stage


@pytest.mark.both_databases
@pytest.mark.clause("6.e.iv.3/order", "6.e.iv.3/ncic", "5.h/query", "6.e.vii/verified", "6.e.vii/thorough")
def test_the_whole_job_from_confirmation_to_disposition(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    assert actions.confirm(ada, alert, "abc 123", "NM")
    assert stage(alert) == Stage.CONFIRMED
    actions.observe(ada, alert, matches=True)
    assert stage(alert) == Stage.OBSERVED
    verification = verify_with_ncic(ada, alert)
    assert verification.answer == "hit"
    assert "ABC123" in verification.verbatim
    assert stage(alert) == Stage.VERIFIED
    actions.act(ada, alert, ActKind.ENFORCEMENT)
    assert stage(alert) == Stage.ACTED
    dispose(ada, alert, ARRESTED)
    assert stage(alert) == Stage.CLOSED
    done = Audit.objects.filter(object=f"alert:{alert.pk}", outcome="done", event__startswith="alert.")
    assert [event.split(".")[1] for event in done.order_by("sequence").values_list("event", flat=True)] == [
        "arrive", "confirm", "observe", "verify", "verify", "act", "dispose",
    ]  # fmt: skip


@pytest.mark.clause("6.e.iv.3/order", "6.b.i.9/denied")
def test_a_refused_encounter_changes_nothing_and_is_on_the_log(ada: PersonActor, alert: Alert) -> None:
    with pytest.raises(Refused, match=r"6\.e\.iv\.3"):
        actions.act(ada, alert, ActKind.ENCOUNTER)
    assert not alert.acts.exists()
    assert stage(alert) == Stage.NEW
    refusal = Audit.objects.latest("sequence")
    assert (refusal.event, refusal.outcome, refusal.clause) == ("alert.act", "refused", "6.e.iv.3")


@pytest.mark.clause("6.e.iv.3/plate")
@pytest.mark.parametrize(("plate", "state"), [("ABC128", "NM"), ("ABC123", "TX")])
def test_a_reading_that_is_not_the_listed_plate_ends_in_no_encounter(
    ada: PersonActor, alert: Alert, plate: str, state: str
) -> None:
    assert not actions.confirm(ada, alert, plate, state)
    assert stage(alert) == Stage.NOT_CONFIRMED
    with pytest.raises(Refused):
        actions.observe(ada, alert, matches=True)
    with pytest.raises(Refused):
        verify_with_ncic(ada, alert)


@pytest.mark.clause("6.e.iv.3/ncic", "5.h/query")
@pytest.mark.parametrize(
    ("mode", "answer"),
    [(NcicMode.GARBLED, "garbled"), (NcicMode.REFUSE, "down"), (NcicMode.OTHER_ANSWER, "garbled")],
)
def test_a_switch_that_is_down_or_garbled_verifies_nothing(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator, mode: NcicMode, answer: str
) -> None:
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    simulator.mode = mode
    assert verify_with_ncic(ada, alert).answer == answer
    with pytest.raises(Refused, match="not given a usable response"):
        actions.act(ada, alert, ActKind.ENCOUNTER)
    simulator.mode = NcicMode.NORMAL
    assert verify_with_ncic(ada, alert).answer == "hit"
    actions.act(ada, alert, ActKind.ENCOUNTER)


@pytest.mark.clause("6.e.iv.3/ncic", "5.h/query")
def test_no_record_at_ncic_bars_the_encounter(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    simulator.records.clear()
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    assert verify_with_ncic(ada, alert).answer == "no_record"
    assert stage(alert) == Stage.CLOSED
    with pytest.raises(Refused, match="closed"):
        actions.act(ada, alert, ActKind.ENCOUNTER)


@pytest.mark.clause("6.e.iv.3/ncic")
def test_an_old_answer_must_be_asked_anew(ada: PersonActor, alert: Alert, simulator: NcicSimulator) -> None:
    actions.confirm(ada, alert, "ABC123", "NM")
    actions.observe(ada, alert, matches=True)
    verify_with_ncic(ada, alert)
    with clock.set_to(clock.now() + timedelta(minutes=16)), pytest.raises(Refused, match="16 minutes old"):
        actions.act(ada, alert, ActKind.ENCOUNTER)


@pytest.mark.both_databases
def test_the_plate_is_read_once_even_by_two_people(ada: PersonActor, alert: Alert) -> None:
    actions.confirm(ada, alert, "ABC123", "NM")
    ben = PersonActor.of(person("ben"))
    with pytest.raises(Refused, match="already confirmed"):
        actions.confirm(ben, alert, "XXX999", "NM")


def test_ncic_is_asked_about_the_listed_plate_with_the_state_that_was_read(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator
) -> None:
    actions.confirm(ada, alert, "ABC123", "NM")
    verify_with_ncic(ada, alert)
    assert "LIC/ABC123.LIS/NM" in simulator.queries[0]


@pytest.mark.clause("6.b.i.9/denied", "5.h/query")
def test_an_answer_that_comes_after_the_alert_was_closed_is_still_on_the_log(
    ada: PersonActor, alert: Alert, simulator: NcicSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.confirm(ada, alert, "ABC123", "NM")
    ask = services.switch().query

    def slow(_: object, query: NcicQuery) -> NcicAnswer:
        dispose(ada, alert, DispositionAccount(AlertOutcome.NOT_LOCATED, STORY))
        return ask(query)

    monkeypatch.setattr(Switch, "query", slow)
    with pytest.raises(Refused, match="closed"):
        verify_with_ncic(ada, alert)
    leaf = Audit.objects.latest("sequence").leaf
    assert leaf is not None
    assert (leaf.outcome, leaf.details["answer"]) == ("refused", "hit")
