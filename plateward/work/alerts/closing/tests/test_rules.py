"""What a disposition must say: it fits the record, names all enforcement action, and is consistent."""

from dataclasses import replace

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.closing.rules import (
    impossible_outcomes,
    likely_outcome,
    may_dispose,
    may_return,
    may_review,
    possible_outcomes,
)
from plateward.work.alerts.facts import ActKind, AlertOutcome, Facts, FaultKind, VerificationAnswer
from plateward.work.alerts.reviewing.routing import stand_in_reviewers

pytestmark = pytest.mark.clause("6.e.vii/thorough")
STORY = "Stopped the vehicle at mile 12, spoke with the driver, who showed a sale contract."
READY = Facts(agrees=True, observed=True)
PLATE, STATE = frozenset({FaultKind.PLATE}), frozenset({FaultKind.STATE})
MISREAD = Facts(agrees=False, differs=PLATE, misread=True)
LOOK_ALIKE = Facts(agrees=False, differs=PLATE, misread=False)
ACTED = replace(READY, acts=frozenset({ActKind.ENCOUNTER}))
ENFORCED = replace(READY, acts=frozenset({ActKind.ENFORCEMENT}))
TALK = DispositionAccount(AlertOutcome.ENCOUNTER, STORY, persons_stopped=2)
ARREST = DispositionAccount(
    AlertOutcome.ENFORCEMENT, STORY, (EnforcementAction(EnforcementKind.ARREST),), persons_stopped=1
)
TOWED = DispositionAccount(AlertOutcome.ENFORCEMENT, STORY, (EnforcementAction(EnforcementKind.TOW),))
GONE = DispositionAccount(AlertOutcome.NOT_LOCATED, STORY)


def refused(decision: object) -> Refusal:
    assert isinstance(decision, Refusal)
    return decision


@pytest.mark.parametrize(
    ("facts", "account"),
    [
        (ACTED, TALK),
        (MISREAD, DispositionAccount(AlertOutcome.MISREAD, STORY)),
        (LOOK_ALIKE, DispositionAccount(AlertOutcome.OTHER_PLATE, STORY)),
        (READY, GONE),
        (ENFORCED, ARREST),
        (ENFORCED, TOWED),
        (
            ENFORCED,
            replace(
                ARREST,
                actions=(
                    EnforcementAction(EnforcementKind.ARREST),
                    EnforcementAction(EnforcementKind.CITATION, 5),
                ),
            ),
        ),
        (ENFORCED, replace(ARREST, force_used=True, force="Handcuffs", recovered=True, recovery="The car")),
        (
            ENFORCED,
            replace(TOWED, actions=(EnforcementAction(EnforcementKind.OTHER, 1, "Boot on the wheel"),)),
        ),
    ],
)
def test_a_thorough_disposition_closes_the_alert(facts: Facts, account: DispositionAccount) -> None:
    assert may_dispose(facts, account) == Allow()


@pytest.mark.parametrize(
    ("facts", "account", "says"),
    [
        (READY, TALK, "No encounter is recorded"),
        (ACTED, GONE, "Action was taken"),
        (READY, DispositionAccount(AlertOutcome.MISREAD, STORY), "was confirmed"),
        (Facts(), DispositionAccount(AlertOutcome.MISREAD, STORY), "plate has not been confirmed"),
        (LOOK_ALIKE, DispositionAccount(AlertOutcome.MISREAD, STORY), "camera read the plate correctly"),
        (MISREAD, DispositionAccount(AlertOutcome.OTHER_PLATE, STORY), "camera misread"),
        (
            MISREAD,
            DispositionAccount(AlertOutcome.WRONG_STATE, STORY),
            "state read from the image is the listed one",
        ),
        (READY, DispositionAccount(AlertOutcome.NOT_VERIFIED, STORY), "has not been queried"),
        (
            replace(READY, answer=VerificationAnswer.HIT),
            DispositionAccount(AlertOutcome.NOT_VERIFIED, STORY),
            "is verified",
        ),
        (replace(ENFORCED, acts=frozenset(ActKind)), TALK, "Enforcement is recorded"),
        (replace(READY, closed=True), GONE, "closed"),
        # All enforcement action, and none if there was none.
        (ENFORCED, replace(ARREST, actions=()), "must be listed"),
        (
            ACTED,
            replace(TALK, actions=(EnforcementAction(EnforcementKind.CITATION),)),
            "outcome does not match",
        ),
        (ENFORCED, replace(ARREST, actions=(EnforcementAction(EnforcementKind.ARREST, 0),)), "at least 1"),
        (
            ENFORCED,
            replace(
                ARREST,
                actions=(EnforcementAction(EnforcementKind.TOW), EnforcementAction(EnforcementKind.TOW)),
            ),
            "listed twice",
        ),
        (
            ENFORCED,
            replace(ARREST, actions=(EnforcementAction(EnforcementKind.OTHER, 1, " .. "),)),
            "is not described",
        ),
        # It is consistent.
        (READY, replace(GONE, persons_stopped=1), "the outcome says none"),
        (ACTED, replace(TALK, persons_stopped=0), "at least one person"),
        (ENFORCED, replace(ARREST, persons_stopped=0), "none was stopped"),
        (
            ENFORCED,
            replace(ARREST, actions=(EnforcementAction(EnforcementKind.ARREST, 2),)),
            "More arrests",
        ),
        (ENFORCED, replace(TOWED, force_used=True, force="Window broken"), "no person was stopped"),
        (ENFORCED, replace(ARREST, force_used=True, force="-"), "no description of what force"),
        (ENFORCED, replace(ARREST, force="Handcuffs"), "but answered no"),
        (READY, replace(GONE, recovered=True, recovery="The car"), "the outcome says no action"),
        (ENFORCED, replace(ARREST, recovered=True), "no description of what property"),
        (ENFORCED, replace(ARREST, recovery="The car"), "but answered no"),
        (READY, replace(GONE, narrative="ok"), "too short"),
        (READY, replace(GONE, narrative=" . " * 60), "too short"),
    ],
)
def test_what_does_not_fit_is_refused_and_told_how_to_mend(
    facts: Facts, account: DispositionAccount, says: str
) -> None:
    refusal = refused(may_dispose(facts, account))
    assert says in refusal.reason
    assert refusal.help


@pytest.mark.clause("6.e.iv.3/order")
@pytest.mark.parametrize(
    ("facts", "fitting"),
    [
        (Facts(), {AlertOutcome.NOT_LOCATED}),
        (READY, {AlertOutcome.NOT_LOCATED}),
        (
            replace(READY, answer=VerificationAnswer.DOWN),
            {AlertOutcome.NOT_LOCATED, AlertOutcome.NOT_VERIFIED},
        ),
        (replace(READY, faults=frozenset({FaultKind.STALE})), {AlertOutcome.NOT_LOCATED, AlertOutcome.STALE}),
        (MISREAD, {AlertOutcome.NOT_LOCATED, AlertOutcome.MISREAD}),
        (LOOK_ALIKE, {AlertOutcome.NOT_LOCATED, AlertOutcome.OTHER_PLATE}),
        (replace(LOOK_ALIKE, differs=STATE), {AlertOutcome.NOT_LOCATED, AlertOutcome.WRONG_STATE}),
        (
            replace(MISREAD, differs=PLATE | STATE, misread=None),
            {
                AlertOutcome.NOT_LOCATED,
                AlertOutcome.MISREAD,
                AlertOutcome.OTHER_PLATE,
                AlertOutcome.WRONG_STATE,
            },
        ),
        (ACTED, {AlertOutcome.ENCOUNTER}),
        (replace(ACTED, recalled=True), {AlertOutcome.ENCOUNTER, AlertOutcome.ENFORCEMENT}),
        (replace(READY, acts=frozenset(ActKind)), {AlertOutcome.ENFORCEMENT}),
    ],
)
def test_what_is_offered_is_what_can_be_recorded_and_the_rest_says_why(
    facts: Facts, fitting: set[AlertOutcome]
) -> None:
    assert set(possible_outcomes(facts)) == fitting
    others = [outcome for those in impossible_outcomes(facts).values() for outcome in those]
    assert sorted((*fitting, *others)) == sorted(AlertOutcome)
    for outcome in AlertOutcome:
        decision = may_dispose(facts, DispositionAccount(outcome, "too thin"))
        assert (refused(decision).field == "outcome") == (outcome not in fitting)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [(MISREAD, AlertOutcome.MISREAD), (LOOK_ALIKE, AlertOutcome.OTHER_PLATE), (READY, None)],
)
def test_the_form_begins_with_what_was_found_wrong_where_that_fits(
    facts: Facts, outcome: AlertOutcome | None
) -> None:
    assert likely_outcome(replace(facts, faults=PLATE)) == outcome
    assert likely_outcome(facts) is None


def test_enforcement_that_could_not_be_recorded_any_more_is_told_all_the_same() -> None:
    assert "No enforcement" in refused(may_dispose(ACTED, ARREST)).reason
    assert may_dispose(replace(ACTED, recalled=True), ARREST) == Allow()
    returned = replace(ACTED, closed=True, returned=True)
    assert may_dispose(returned, ARREST) == Allow()
    assert "No enforcement" in refused(may_dispose(replace(returned, acts=frozenset()), ARREST)).reason


def test_a_returned_disposition_is_completed_by_the_same_rules() -> None:
    returned = replace(ACTED, closed=True, returned=True)
    assert may_dispose(returned, TALK) == Allow()
    assert "too short" in refused(may_dispose(returned, replace(TALK, narrative="done"))).reason


@pytest.mark.parametrize(
    ("own", "leads", "stands_in", "reviewed", "says"),
    [
        (False, True, False, False, None),
        (False, False, True, False, None),
        (True, False, True, False, "your own"),
        (False, False, False, False, "not the reviewer"),
        (False, True, False, True, "already"),
    ],
)
def test_a_supervisor_looks_at_those_below_once(
    own: bool, leads: bool, stands_in: bool, reviewed: bool, says: str | None
) -> None:
    decision = may_review(own=own, leads=leads, stands_in=stands_in, reviewed=reviewed)
    assert decision == Allow() if says is None else says in refused(decision).reason


@pytest.mark.clause("6.c.ii/lists")
def test_who_looks_where_nobody_above_is_in_the_audience() -> None:
    assert stand_in_reviewers(1, 3, [2, 3, 4]) == (3,), "who answers for the list"
    assert stand_in_reviewers(1, 9, [2, 4]) == (2, 4), (
        "who answers for it may not look: every supervisor in the audience"
    )
    assert stand_in_reviewers(1, None, [1, 2]) == (2,)
    assert stand_in_reviewers(1, 1, [1]) == (), "never their own"


def test_it_is_returned_with_what_is_to_be_completed() -> None:
    assert may_return("Name the citation's number, please.") == Allow()
    assert "not stated" in refused(may_return("incomplete")).reason
