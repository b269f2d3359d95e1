"""How often, how certain, how long: figures for sample alerts."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.alerts.facts import AlertOutcome, VerificationAnswer
from plateward.work.alerts.outcomes import rules
from plateward.work.alerts.outcomes.rules import AlertProgress, Proportion

AT = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)


def made(**more: object) -> AlertProgress:
    return AlertProgress(reader=1, hotlist=1, kind="exact", arrived_at=AT, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (8, 10, 0.490, 0.943), (50, 100, 0.404, 0.596)],
)
def test_an_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert list(Proportion(right, of).interval) == pytest.approx([low, high], abs=0.001)


def test_of_nothing_nothing_is_known() -> None:
    assert (Proportion(0, 0).value, Proportion(0, 0).interval) == (None, (0.0, 1.0))


def test_an_interval_holds_its_share_and_narrows_with_more() -> None:
    for right, of in product(range(0, 40, 3), (40, 400)):
        low, high = Proportion(right, of).interval
        assert 0 <= low <= right / of <= high <= 1
    assert Proportion(20, 40).interval[0] < Proportion(200, 400).interval[0]


@pytest.mark.clause("6.f.i.2/on")
@pytest.mark.parametrize(
    ("right", "of", "below"),
    [
        (0, 19, False),  # too few to judge
        (0, 20, True),
        (14, 20, False),  # 70 % of a few may really be 80 %
        (12, 20, True),
        (140, 200, True),  # many alerts make it certain
        (160, 200, False),
        (200, 200, False),
    ],
)
def test_only_what_is_surely_below_its_floor_is_withheld(right: int, of: int, below: bool) -> None:
    assert rules.is_below(Proportion(right, of), 80) is below
    assert not rules.is_below(Proportion(right, of), 0), "a floor of 0 withholds nothing"


def test_who_judged_counts_and_who_did_not_does_not() -> None:
    alerts = [
        made(agrees=True),
        made(agrees=False),
        made(),
        made(agrees=True, verdict=False),
        made(verdict=True),
    ]
    assert rules.agreeing_reads(alerts) == Proportion(2, 3)
    assert rules.entries_on_file(alerts) == Proportion(1, 2)


def test_a_look_alike_that_was_read_as_it_stands_is_not_held_against_its_camera() -> None:
    alerts = [
        made(agrees=False, outcome=AlertOutcome.OTHER_PLATE),
        made(agrees=False, outcome=AlertOutcome.MISREAD),
    ]
    assert rules.read_correctly(alerts) == Proportion(1, 2)
    assert rules.agreeing_reads(alerts) == Proportion(0, 2), "of its kind of match it is wrong all the same"


def test_each_alert_is_one_result() -> None:
    alerts = [
        made(),
        made(outcome=AlertOutcome.MISREAD, closed_at=AT),
        made(recalled=True, closed_at=AT),
        made(recalled=True),  # acted on: somebody must still report how it ended
        made(recalled=True, outcome=AlertOutcome.ENFORCEMENT, closed_at=AT),
    ]
    assert rules.count_results(alerts) == {"open": 2, "misread": 1, "recalled": 1, "enforcement": 1}


def test_half_and_nine_in_ten() -> None:
    alerts = [made(read_at=AT + timedelta(seconds=n)) for n in range(1, 11)] + [made()]
    assert rules.durations_until(alerts, lambda alert: alert.read_at) == rules.Durations(10, 5.0, 9.0)
    assert rules.durations_until([made()], lambda alert: alert.read_at) == rules.Durations(0, None, None)
    assert rules.durations_until(alerts[:1], lambda alert: alert.read_at) == rules.Durations(1, 1.0, 1.0)


@pytest.mark.parametrize("answer", list(VerificationAnswer))
def test_a_switch_that_is_down_says_nothing_of_a_list(answer: VerificationAnswer) -> None:
    assert (rules.verdict(answer) is None) == (
        answer in (VerificationAnswer.DOWN, VerificationAnswer.GARBLED, VerificationAnswer.CLEAR)
    )


def test_a_review_says_what_was_found() -> None:
    said = "The lens was dirty; it was cleaned and tried."
    assert rules.may_review(AT, said) == Allow()
    assert isinstance(rules.may_review(AT, "ok ok ok"), Refusal)
    assert isinstance(rules.may_review(None, said), Refusal)
