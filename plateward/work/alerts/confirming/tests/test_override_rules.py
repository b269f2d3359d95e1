"""What imminent danger overrides, what it does not, and what counts as a reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.work.alerts import rules as steps
from plateward.work.alerts.closing.account import DispositionAccount
from plateward.work.alerts.closing.rules import may_dispose
from plateward.work.alerts.facts import (
    ActKind,
    AlertOutcome,
    Facts,
    FaultKind,
    VerificationAnswer,
    VerificationSource,
)
from plateward.work.alerts.overrides import rules
from plateward.work.alerts.overrides.rules import AlertCheck

NOW = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)
READY = Facts(
    agrees=True, observed=True, answer=VerificationAnswer.HIT, answered_at=NOW - timedelta(minutes=1)
)
WHY = "The driver shoots at cars on the interstate, and holds the child that was abducted."


def refused(decision: Decision) -> Refusal:
    assert isinstance(decision, Refusal)
    assert decision.clause == "6.e.iv.3"
    return decision


@pytest.mark.clause("6.e.iv.3/danger")
@pytest.mark.parametrize(
    ("facts", "lifted"),
    [
        (Facts(), [AlertCheck.CONFIRMATION, AlertCheck.OBSERVATION, AlertCheck.VERIFICATION]),
        (replace(READY, unexplained=frozenset({"color"})), [AlertCheck.VEHICLE]),
        (Facts(unexplained=frozenset({"make"})), list(AlertCheck)),
        (Facts(agrees=True), [AlertCheck.OBSERVATION, AlertCheck.VERIFICATION]),
        (replace(READY, observed=None), [AlertCheck.OBSERVATION]),
        (replace(READY, answer=None, answered_at=None), [AlertCheck.VERIFICATION]),
        (replace(READY, answer=VerificationAnswer.DOWN), [AlertCheck.VERIFICATION]),
        (
            replace(READY, answer=VerificationAnswer.CLEAR, source=VerificationSource.FMCSA),
            [AlertCheck.VERIFICATION],
        ),
        (replace(READY, answered_at=NOW - steps.FRESH_FOR - timedelta(seconds=1)), [AlertCheck.VERIFICATION]),
    ],
)
def test_what_nobody_has_checked_may_be_overridden_and_is_named(
    facts: Facts, lifted: list[AlertCheck]
) -> None:
    assert rules.may_override(facts, NOW, allowed=True) == Allow()
    assert list(rules.missing_checks(facts, NOW)) == lifted
    refused(steps.may_act(facts, NOW))
    assert steps.may_act(replace(facts, overridden=True), NOW) == Allow()


@pytest.mark.clause("6.e.iv.3/danger")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"agrees": False}, "not the listed plate"),
        ({"observed": False}, "not observed"),
        ({"answer": VerificationAnswer.NO_RECORD}, "no record"),
        (
            {"doubted": frozenset({FaultKind.STALE}), "faults": frozenset({FaultKind.STALE})},
            "should no longer be on the list",
        ),
        ({"recalled": True}, "recalled"),
        ({"recalled": True, "closed": True}, "recalled"),
        ({}, "All checks are complete"),
    ],
)
def test_what_was_answered_with_no_stays_no(changed: dict[str, object], says: str) -> None:
    facts = replace(READY, **changed)  # type: ignore[arg-type]
    decision = rules.may_override(facts, NOW, allowed=True)
    assert isinstance(decision, Refusal)
    assert says in decision.reason


@pytest.mark.clause("6.e.iv.3/danger")
@pytest.mark.parametrize(
    "changed",
    [
        {"agrees": False},
        {"observed": False},
        {"answer": VerificationAnswer.NO_RECORD, "answered_at": NOW},
        {"answer": VerificationAnswer.HIT, "answered_at": NOW, "refuted": True},
        {"doubted": frozenset({FaultKind.VEHICLE_CLASS})},
        {"doubted": frozenset({FaultKind.STALE})},
    ],
)
def test_a_no_that_comes_after_an_override_bars_too(changed: dict[str, object]) -> None:
    overridden = Facts(overridden=True)
    assert steps.may_act(overridden, NOW) == Allow()
    refused(steps.may_act(replace(overridden, **changed), NOW))  # type: ignore[arg-type]


def test_a_closed_alert_takes_no_override() -> None:
    decision = rules.may_override(Facts(closed=True), NOW, allowed=True)
    assert isinstance(decision, Refusal)
    assert "closed" in decision.reason


@pytest.mark.clause("6.e.iv.3/danger")
@pytest.mark.parametrize("acts", [frozenset(), frozenset({ActKind.ENCOUNTER})])
def test_an_override_lifts_neither_a_recall_nor_an_end(acts: frozenset[ActKind]) -> None:
    overridden = replace(READY, overridden=True, acts=acts)
    for barred in (replace(overridden, recalled=True), replace(overridden, closed=True)):
        assert isinstance(steps.may_act(barred, NOW), Refusal)


@pytest.mark.clause("6.e.iv.3/danger")
def test_what_the_chief_has_not_allowed_is_not_overridden() -> None:
    assert refused(rules.may_override(Facts(), NOW, allowed=False)) == rules.NOT_ALLOWED
    assert rules.NOT_ALLOWED.clause == "6.e.iv.3"


@pytest.mark.clause("6.e.iv.3/danger")
@pytest.mark.parametrize(
    ("basis", "days", "in_force", "says"),
    [
        ("General order 14: shots fired.", 30, False, ""),
        ("General order 14: shots fired.", 30, True, "already in force"),
        ("Danger", 30, False, "basis is not stated"),
        ("General order 14: shots fired.", 0, False, "needs an end"),
        ("General order 14: shots fired.", -1, False, "needs an end"),
        ("General order 14: shots fired.", 367, False, "needs an end"),
    ],
)
def test_an_exception_has_a_basis_and_an_end(basis: str, days: int, in_force: bool, says: str) -> None:
    decision = rules.may_allow(basis, NOW + timedelta(days=days), NOW, in_force=in_force)
    assert says in (decision.reason if isinstance(decision, Refusal) else "")
    assert bool(says) == isinstance(decision, Refusal)


def test_it_counts_once() -> None:
    assert "Ada did" in refused(rules.may_override(Facts(), NOW, "Ada did.", allowed=True)).reason


@pytest.mark.clause("6.e.iv.3/danger")
@pytest.mark.parametrize(
    "why",
    [
        "",
        "danger",
        "Imminent danger, imminent danger!",
        "Officer safety is at risk in this very serious emergency situation.",
        "x x x x x x x x x x x x x x x x x x x x x x x",
        "gun gun gun gun gun gun gun gun gun",
        "1234567890 1234567890 1234567890",
        "He has a gun.",
    ],
)
def test_a_generic_or_empty_reason_is_none(why: str) -> None:
    assert "danger that leaves no time" in refused(rules.is_sufficient_reason(why)).reason


@pytest.mark.clause("6.e.iv.3/danger")
@pytest.mark.parametrize(
    "why", [WHY, "Driver aims a rifle at the school bus ahead of him.", "Niño secuestrado, conductor armado."]
)
def test_a_sentence_about_this_danger_is_one(why: str) -> None:
    assert rules.is_sufficient_reason(why) == Allow()


@pytest.mark.clause("6.e.iv.3/danger")
def test_who_reviews_it() -> None:
    text = "Heard the radio traffic of that minute; the child was in the car."
    assert rules.may_review(False, True, False, text) == Allow()
    assert "your own" in refused(rules.may_review(True, True, False, text)).reason
    assert "not the reviewer" in refused(rules.may_review(False, False, False, text)).reason
    assert "already" in refused(rules.may_review(False, True, True, text)).reason
    assert "too short" in refused(rules.may_review(False, True, False, "fine.")).reason


def test_a_day_is_a_day_to_the_second() -> None:
    assert not rules.is_late(NOW, NOW + timedelta(hours=24) - timedelta(seconds=1))
    assert rules.is_late(NOW, NOW + timedelta(hours=24))


def test_a_disposition_names_what_was_done_under_an_override() -> None:
    acted = Facts(overridden=True, acts=frozenset({ActKind.ENCOUNTER}))
    assert may_dispose(acted, DispositionAccount(AlertOutcome.ENCOUNTER, WHY, persons_stopped=1)) == Allow()
