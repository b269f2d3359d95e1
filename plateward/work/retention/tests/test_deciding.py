"""Who may set, hold, adjudicate and order what; each refusal names what is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.retention import deciding
from plateward.work.retention.deciding import CaseOutcome, EvidenceFacts, HoldKind
from plateward.work.retention.rules import Covers, Term, first_schedule

WHY = "Counsel's letter of November 3 asks for it."
TERMS = first_schedule(30)
LONGER = (Term(Covers.READS, 60, "Order 2026-9"), *TERMS[1:])
TODAY = date(2026, 11, 28)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def reason_of(decision: Any) -> str:
    return "" if isinstance(decision, Allow) else str(decision)


@pytest.mark.clause("6.h.i/terms", "6.h.ii/reads", "6.h.ii/hits", "4.b/schedule")
@pytest.mark.parametrize(
    ("terms", "why", "waiting", "refusal"),
    [
        (LONGER, WHY, False, ""),
        ((*LONGER, Term(Covers.LIST, 365, "NMAC 1.21.2.507", 7, "L")), WHY, False, ""),
        (LONGER, WHY, True, "waits for the Chief"),
        (LONGER, "short", False, "reason is missing"),
        (TERMS, WHY, False, "active schedule"),
        ((replace(TERMS[0], days=29), *TERMS[1:]), WHY, False, "at least 30 days"),
        ((TERMS[0], replace(TERMS[1], days=179), TERMS[2]), WHY, False, "at least 180 days"),
        ((*TERMS, Term(Covers.LIST, 179, "NMAC 1", 7, "L")), WHY, False, "at least 180 days"),
        ((replace(LONGER[0], basis="9"), *TERMS[1:]), WHY, False, "legal basis"),
        ((*LONGER, replace(LONGER[0], days=90)), WHY, False, "two terms"),
        (LONGER[:2], WHY, False, "No term for: Hits that were verified with FMCSA"),
        ((replace(LONGER[0], days=99_999), *TERMS[1:]), WHY, False, "too many"),
    ],
)
def test_a_schedule(terms: tuple[Term, ...], why: str, waiting: bool, refusal: str) -> None:
    answer = reason_of(deciding.may_propose(terms, TERMS, why, waiting=waiting))
    assert refusal in answer
    assert bool(refusal) is bool(answer)


@pytest.mark.clause("6.h.i/terms", "6.c.i.1/role")
def test_the_chief_decides_once_and_never_on_their_own() -> None:
    given: dict[str, Any] = {"own": False, "decided": False, "approve": True, "note": ""}
    assert isinstance(deciding.may_decide(**given), Allow)
    for changed in ({"own": True}, {"decided": True}, {"approve": False}):
        assert isinstance(deciding.may_decide(**given | changed), Refusal)


@pytest.mark.clause("6.h.i/terms", "6.b.i.2/hold")
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, ""),
        ({"kind": HoldKind.CASE, "since": None, "until": None}, ""),
        ({"named": False}, "What the hold covers"),
        ({"since": None}, "period"),
        ({"until": NOON - timedelta(days=1)}, "before the first"),
        ({"since": NOON - timedelta(days=3660)}, "ten years"),
        ({"basis": "..."}, "legal basis"),
        ({"reason": "short"}, "reason"),
        ({"review_on": TODAY}, "once a year"),
        ({"review_on": TODAY + timedelta(days=367)}, "once a year"),
    ],
)
def test_a_hold(changed: dict[str, Any], refusal: str) -> None:
    given: dict[str, Any] = {"kind": HoldKind.PLATE, "reason": WHY, "basis": "2026-00412"}
    given |= {"review_on": TODAY + timedelta(days=90), "today": TODAY, "named": True}
    given |= {"since": NOON, "until": NOON + timedelta(days=2)}
    answer = reason_of(deciding.may_place_hold(**given | changed))
    assert refusal in answer
    assert bool(refusal) is bool(answer)


def test_a_refusal_names_the_field_of_its_own_form() -> None:
    late = TODAY + timedelta(days=367)
    for decision, field in (
        (deciding.may_propose(LONGER, TERMS, "short", waiting=False), "why"),
        (
            deciding.may_propose((replace(TERMS[0], days=29), *TERMS[1:]), TERMS, WHY, waiting=False),
            "reads_days",
        ),
        (
            deciding.may_review_hold(late, TODAY, lifted=False, owner=True, administers=False),
            "next_on",
        ),
        (
            deciding.may_place_hold(
                HoldKind.CASE, WHY, "2026-00412", late, TODAY, named=True, since=None, until=None
            ),
            "review_on",
        ),
    ):
        assert isinstance(decision, Refusal)
        assert decision.field == field


@pytest.mark.parametrize(
    ("lifted", "owner", "administers", "allowed"),
    [
        (False, True, False, True),
        (False, False, True, True),
        (False, False, False, False),
        (True, True, True, False),
    ],
)
def test_its_owner_or_the_administrator_reviews_and_lifts_it(
    lifted: bool, owner: bool, administers: bool, allowed: bool
) -> None:
    given = {"lifted": lifted, "owner": owner, "administers": administers}
    for decision in (
        deciding.may_lift(WHY, **given),
        deciding.may_review_hold(TODAY + timedelta(days=30), TODAY, **given),
    ):
        assert isinstance(decision, Allow) is allowed


@pytest.mark.clause("6.h.ii/enforcement")
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, ""),
        ({"known": False}, "No evidence here"),
        ({"court": " "}, "court or office"),
        ({"decided_on": TODAY + timedelta(days=1)}, "in the future"),
        ({"outcome": CaseOutcome.REOPENED}, "is open"),
        ({"outcome": CaseOutcome.REOPENED, "adjudicated": True}, ""),
    ],
)
def test_an_adjudication(changed: dict[str, Any], refusal: str) -> None:
    given: dict[str, Any] = {"court": "Third District", "decided_on": TODAY, "today": TODAY}
    given |= {"known": True, "outcome": CaseOutcome.CONVICTED, "adjudicated": False}
    answer = reason_of(deciding.may_adjudicate(**given | changed))
    assert refusal in answer
    assert bool(refusal) is bool(answer)


READY = EvidenceFacts(
    "alert 5", is_evidence=True, cases=(("2026-1", True),), recorder=False, due=False, ordered=False
)


@pytest.mark.clause("6.h.ii/order")
@pytest.mark.parametrize(
    ("items", "refusal"),
    [
        ([READY], ""),
        ([], "names no evidence"),
        ([READY] * 201, "at most 200"),
        (
            [READY, replace(READY, cases=(("2026-1", False),))],
            "Alert 5 cannot be destroyed yet: case 2026-1 is not adjudicated. Record how the case ended",
        ),
        ([replace(READY, cases=(("2026-1", True), ("2026-2", False)))], "case 2026-2 is not adjudicated"),
        (
            [replace(READY, cases=())],
            "no case tags it. Record how the case ended under Retention, Evidence, with",
        ),
        ([replace(READY, due=True)], "its DEMS export is still due. Have its owner finish the DEMS export"),
        ([replace(READY, recorder=True)], "yourself"),
        ([replace(READY, is_evidence=False)], "Alert 5 is not held as evidence. Remove it"),
        (
            [replace(READY, is_evidence=False, ordered=True)],
            "Alert 5 already has a destruction order. Remove it",
        ),
    ],
)
def test_an_order_names_what_is_missing(items: list[EvidenceFacts], refusal: str) -> None:
    answer = reason_of(deciding.may_sign_order(items, "Order 7", WHY))
    assert refusal in answer
    assert bool(refusal) is bool(answer)


@pytest.mark.clause("6.h.ii/order")
def test_an_order_has_a_document_and_a_reason_and_is_revoked_before_its_run() -> None:
    assert "document" in reason_of(deciding.may_sign_order([READY], "--", WHY))
    assert "reason" in reason_of(deciding.may_sign_order([READY], "Order 7", "no"))
    assert isinstance(deciding.may_revoke(WHY, revoked=False, done=False), Allow)
    for revoked, done in ((True, False), (False, True)):
        assert isinstance(deciding.may_revoke(WHY, revoked=revoked, done=done), Refusal)
