"""Which faults of an alert may be recorded, and what follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.work.alerts import rules as steps
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.rules import may_dispose
from plateward.work.alerts.confirming import rules
from plateward.work.alerts.facts import AlertOutcome, Facts, FaultKind, VerificationAnswer
from plateward.work.alerts.rules import Agreement

NOW = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)
READY = Facts(
    agrees=True, observed=True, answer=VerificationAnswer.HIT, answered_at=NOW - timedelta(minutes=1)
)
SAME, OTHER = Agreement(plate=True, state=True), Agreement(plate=False, state=False)
STORY = "It is a motorcycle, and a truck is listed; let it pass and closed this alert."


def refused(decision: Decision) -> Refusal:
    assert isinstance(decision, Refusal)
    return decision


@pytest.mark.clause("6.e.iv.3/plate")
@pytest.mark.parametrize("kind", FaultKind)
def test_anything_may_be_found_wrong_once_the_plate_was_read(kind: FaultKind) -> None:
    assert rules.may_record_fault(Facts(agrees=False), kind, OTHER) == Allow()
    assert "has not been confirmed" in refused(rules.may_record_fault(Facts(), kind, None)).reason
    assert (
        "already"
        in refused(rules.may_record_fault(replace(READY, faults=frozenset({kind})), kind, OTHER)).reason
    )
    assert "closed" in refused(rules.may_record_fault(replace(READY, closed=True), kind, OTHER)).reason
    recalled = replace(READY, closed=True, recalled=True)
    assert "recalled" in refused(rules.may_record_fault(recalled, kind, OTHER)).reason


def test_plate_and_state_are_wrong_only_where_the_operator_read_them_so() -> None:
    wrong = [k for k in FaultKind if isinstance(rules.may_record_fault(READY, k, SAME), Allow)]
    assert wrong == [FaultKind.VEHICLE_CLASS, FaultKind.STALE]
    state = Agreement(plate=True, state=False)
    assert rules.may_record_fault(Facts(agrees=False), FaultKind.STATE, state) == Allow()
    assert "plate" in refused(rules.may_record_fault(Facts(agrees=False), FaultKind.PLATE, state)).reason


@pytest.mark.clause("6.e.iv.3/order")
@pytest.mark.parametrize(
    ("kind", "says"),
    [(FaultKind.VEHICLE_CLASS, "not the listed class"), (FaultKind.STALE, "should no longer be on the list")],
)
def test_what_is_doubted_bars_an_encounter_until_it_is_settled(kind: FaultKind, says: str) -> None:
    doubted = replace(READY, faults=frozenset({kind}), doubted=frozenset({kind}))
    assert says in refused(steps.may_act(doubted, NOW)).reason
    assert steps.may_act(replace(doubted, doubted=frozenset()), NOW) == Allow()


@pytest.mark.clause("6.e.vii/thorough")
@pytest.mark.parametrize(
    ("kind", "outcome"),
    [(FaultKind.VEHICLE_CLASS, AlertOutcome.WRONG_VEHICLE), (FaultKind.STALE, AlertOutcome.STALE)],
)
def test_an_alert_ends_so_only_where_it_was_said_so(kind: FaultKind, outcome: AlertOutcome) -> None:
    assert "not recorded" in refused(may_dispose(READY, DispositionAccount(outcome, STORY))).reason
    said = replace(READY, faults=frozenset({kind}))
    assert may_dispose(said, DispositionAccount(outcome, STORY)) == Allow()


@pytest.mark.clause("6.f.i.2/on")
def test_three_misreads_within_a_day_are_told_once_a_day() -> None:
    assert [n for n in range(6) if rules.is_equipment_problem(n, notified=False)] == [3, 4, 5]
    assert not any(rules.is_equipment_problem(n, notified=True) for n in range(6))
