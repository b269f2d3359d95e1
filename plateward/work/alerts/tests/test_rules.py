"""The gate: what may be done to an alert, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.alerts import rules
from plateward.work.alerts.facts import ActKind, Facts, Stage, VerificationAnswer

NOW = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)
READY = Facts(
    agrees=True, observed=True, answer=VerificationAnswer.HIT, answered_at=NOW - timedelta(minutes=1)
)
ACTED = replace(READY, acts=frozenset({ActKind.ENCOUNTER}))


def refused(decision: object) -> Refusal:
    assert isinstance(decision, Refusal)
    return decision


@pytest.mark.clause("6.e.iv.3/order")
def test_an_encounter_needs_confirmation_observation_and_a_fresh_hit() -> None:
    assert rules.may_act(READY, NOW) == Allow()


@pytest.mark.clause("6.e.iv.3/order")
@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ({"agrees": None}, "confirmed from the image"),
        ({"agrees": False}, "not the listed plate"),
        ({"observed": None}, "vehicle itself are not recorded"),
        ({"observed": False}, "not observed"),
        ({"answer": None}, "not verified"),
        ({"answer": VerificationAnswer.NO_RECORD}, "no record"),
        ({"answer": VerificationAnswer.DOWN}, "not given a usable response"),
        ({"answer": VerificationAnswer.GARBLED}, "not given a usable response"),
        ({"answered_at": NOW - rules.FRESH_FOR - timedelta(seconds=1)}, "minutes old"),
    ],
)
def test_it_refuses_an_encounter_while_any_of_them_is_missing(missing: dict[str, object], says: str) -> None:
    refusal = refused(rules.may_act(replace(READY, **missing), NOW))  # type: ignore[arg-type]
    assert refusal.clause == "6.e.iv.3"
    assert says in refusal.reason
    assert refusal.help


def test_an_answer_is_fresh_up_to_its_limit() -> None:
    assert rules.may_act(replace(READY, answered_at=NOW - rules.FRESH_FOR), NOW) == Allow()


@pytest.mark.clause("6.e.iv.3/ncic", "5.h/query")
def test_ncic_is_asked_only_about_a_plate_that_a_person_has_read() -> None:
    refused(rules.may_check(Facts()))
    refused(rules.may_check(Facts(agrees=False)))
    assert rules.may_check(Facts(agrees=True)) == Allow()


@pytest.mark.clause("6.e.iv.3/plate")
def test_the_plate_is_read_only_once() -> None:
    assert rules.may_confirm(Facts()) == Allow()
    refused(rules.may_confirm(Facts(agrees=False)))


def test_nothing_is_added_to_a_closed_alert() -> None:
    closed = replace(READY, closed=True)
    for decision in (
        rules.may_confirm(closed),
        rules.may_check(closed),
        rules.may_check(closed),
        rules.may_act(closed, NOW),
    ):
        assert "closed" in refused(decision).reason


@pytest.mark.clause("6.e.iv.3/plate")
@pytest.mark.parametrize(
    ("plate", "state", "plate_agrees", "state_agrees"),
    [
        ("ABC 123", "NM", True, True),
        ("abc-123", "nm", True, True),
        ("ABC128", "NM", False, True),
        ("ABC123", "TX", True, False),
    ],
)
def test_it_compares_what_was_typed_with_the_entry(
    plate: str, state: str, plate_agrees: bool, state_agrees: bool
) -> None:
    read = rules.agreement(plate, state, "ABC123", "NM")
    assert (read.plate, read.state) == (plate_agrees, state_agrees)
    assert read.holds is (plate_agrees and state_agrees)


def test_the_letter_o_and_zero_are_one_but_b_and_8_are_two() -> None:
    assert rules.agreement("AB0 12", "NM", "ABO12", "NM").holds
    assert not rules.agreement("A8012", "NM", "AB012", "NM").holds


def test_an_entry_without_a_state_is_decided_by_the_plate_alone() -> None:
    assert rules.agreement("ABC123", "TX", "ABC123", "").holds


def test_the_stage_is_the_furthest_step() -> None:
    assert Facts().stage == Stage.NEW
    assert Facts(agrees=False).stage == Stage.NOT_CONFIRMED
    assert Facts(agrees=True).stage == Stage.CONFIRMED
    assert Facts(agrees=True, observed=True).stage == Stage.OBSERVED
    assert Facts(agrees=True, answer=VerificationAnswer.NO_RECORD).stage == Stage.NOT_VERIFIED
    assert READY.stage == Stage.VERIFIED
    assert ACTED.stage == Stage.ACTED
    assert replace(ACTED, closed=True).stage == Stage.CLOSED
    assert replace(ACTED, closed=True, returned=True).stage == Stage.RETURNED
