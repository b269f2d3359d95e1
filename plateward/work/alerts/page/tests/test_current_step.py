"""Which step is open: the first check that is missing, and nothing past a no."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plateward.work.alerts.facts import ActKind, Facts, FaultKind, VerificationAnswer
from plateward.work.alerts.rules import JobStep, current_step

pytestmark = pytest.mark.clause("6.e.iv.3/order")
NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
NEW = Facts()
READ = replace(NEW, agrees=True)
SEEN = replace(READ, observed=True)
HIT = replace(SEEN, answer=VerificationAnswer.HIT, answered_at=NOW)
ACTED = replace(HIT, acts=frozenset({ActKind.ENCOUNTER}))


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (NEW, JobStep.READ),
        (READ, JobStep.OBSERVE),
        (SEEN, JobStep.VERIFY),
        (HIT, JobStep.ACT),
        (ACTED, JobStep.CLOSE),
        (replace(ACTED, closed=True), JobStep.OVER),
        (replace(ACTED, closed=True, returned=True), JobStep.CLOSE),
    ],
)
def test_each_check_opens_the_next(facts: Facts, step: JobStep) -> None:
    assert current_step(facts, NOW) == step


def test_ncic_asked_first_leaves_the_vehicle_to_be_looked_at() -> None:
    assert current_step(replace(HIT, observed=None), NOW) == JobStep.OBSERVE


def test_a_difference_is_explained_before_anything_else() -> None:
    assert current_step(replace(HIT, unexplained=frozenset({"color"})), NOW) == JobStep.OBSERVE


def test_an_answer_that_is_too_old_is_asked_for_again() -> None:
    assert current_step(HIT, NOW + timedelta(minutes=16)) == JobStep.VERIFY


@pytest.mark.parametrize(
    "facts",
    [
        replace(NEW, agrees=False),
        replace(READ, observed=False),
        replace(SEEN, other_class=True),
        replace(HIT, refuted=True),
        replace(SEEN, doubted=frozenset({FaultKind.STALE})),
    ],
)
def test_after_a_no_there_is_only_how_it_ended(facts: Facts) -> None:
    assert current_step(facts, NOW) == JobStep.CLOSE


def test_imminent_danger_opens_the_act_at_once() -> None:
    assert current_step(replace(NEW, overridden=True), NOW) == JobStep.ACT
