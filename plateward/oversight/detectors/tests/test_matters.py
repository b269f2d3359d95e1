"""What others and the person themself searched under a number says whether it is work."""

from dataclasses import replace

import pytest

from plateward.oversight.detectors.records import DAY, HOUR, CadRecord, EventKind, LogEvent, NumberClaim
from plateward.oversight.detectors.testing import (
    BEGIN,
    cad_case,
    history_of,
    search,
    watched,
)

pytestmark = pytest.mark.clause("6.a.iii/worth")
NOON = BEGIN + 12 * HOUR
CASE = cad_case(plates=["OTQ999"])


def claim_of_last(events: list[LogEvent], cases: list[CadRecord]) -> NumberClaim:
    return history_of(events, cases).uses[-1].claim


@pytest.mark.parametrize(
    ("case", "claim"),
    [
        (CASE, NumberClaim.JOINT),
        (replace(CASE, number="26-7"), NumberClaim.JOINT),
        (replace(CASE, closed_at=NOON - 15 * DAY, opened_at=NOON - 20 * DAY), NumberClaim.CLOSED),
    ],
    ids=["of another plate", "unknown", "closed"],
)
def test_a_plate_that_a_colleague_searches_under_the_same_number_is_joint_work_unless_it_is_over(
    case: CadRecord, claim: NumberClaim
) -> None:
    both = [search(NOON, person="ben", case=CASE.number), search(NOON + HOUR, case=CASE.number)]
    assert claim_of_last(both, [case]) is claim
    assert claim_of_last(both[1:] * 2, [case]) is not NumberClaim.JOINT


def test_whoever_worked_on_a_case_before_may_come_to_plates_that_cad_does_not_have() -> None:
    named = search(NOON - DAY, "OTQ999", case=CASE.number)
    other = search(NOON, case=CASE.number)
    assert claim_of_last([named, other], [CASE]) is NumberClaim.WORKED
    same_day = replace(named, at=NOON - HOUR)
    assert claim_of_last([same_day, other], [CASE]) is NumberClaim.OTHER_PLATE


def test_a_plate_that_came_by_an_alert_is_not_one_that_the_person_came_with() -> None:
    alert = LogEvent(NOON, "ada", EventKind.VIEW, "XYQ123")
    assert claim_of_last([alert, search(NOON + HOUR / 20)], [CASE]) is NumberClaim.ELSEWHERE
    assert claim_of_last([search(NOON - DAY), alert, search(NOON + HOUR / 20)], [CASE]) is NumberClaim.MISSING


def test_who_is_of_a_unit_that_cad_never_names_works_on_others_cases() -> None:
    case = cad_case(plates=[], unit="77")
    assert claim_of_last([search(NOON, case=case.number)], [case]) is NumberClaim.OPEN
    assert (
        claim_of_last([search(NOON, case=case.number)], [case, cad_case("26-1", [])])
        is NumberClaim.OTHER_UNIT
    )


def test_a_joint_case_is_no_finding_and_the_same_alone_is_one() -> None:
    days = [
        search(NOON + day * DAY, person=who, case=CASE.number) for day in range(9) for who in ("ben", "ada")
    ]
    assert {finding.at for finding in watched(days, [CASE])} <= {NOON + day * DAY for day in range(2)}
    assert watched(days[1::2], [CASE])


@pytest.mark.parametrize(
    ("others", "claim"),
    [
        ([search(NOON - HOUR, person="hector")], NumberClaim.JOINT),
        ([search(NOON - 2 * DAY, person="hector")], NumberClaim.MISSING),
    ],
    ids=["today", "long ago"],
)
def test_a_plate_that_colleagues_search_is_work_without_a_number_too(
    others: list[LogEvent], claim: NumberClaim
) -> None:
    assert claim_of_last([*others, search(NOON)], [CASE]) is claim
    assert claim_of_last([search(NOON - DAY), search(NOON)], [CASE]) is NumberClaim.MISSING, (
        "by the same person alone"
    )


@pytest.mark.parametrize(
    ("given", "reason", "claim"),
    [
        ("", "Burglary 26-000412, this car was seen", NumberClaim.PLATE_NAMED),
        ("", "Burglary 26-009999, this car was seen", NumberClaim.ELSEWHERE),
        ("26-000413", "Burglary", NumberClaim.ELSEWHERE),
    ],
)
def test_a_number_counts_in_the_reason_and_a_case_of_the_plate_whatever_the_number(
    given: str, reason: str, claim: NumberClaim
) -> None:
    cases = [cad_case("25-777000", ["OTQ999"]), cad_case("26-000412", ["XYQ123"])]
    assert claim_of_last([search(NOON, case=given, reason=reason)], cases) is claim
    assert claim_of_last([search(NOON, case=given)], cases[:1]) in {NumberClaim.MISSING, NumberClaim.UNKNOWN}


def test_a_case_that_was_opened_again_was_open_before_too() -> None:
    first = cad_case(opened_at=NOON - 40 * DAY, closed_at=NOON - 20 * DAY)
    again = cad_case(opened_at=NOON + 20 * DAY)
    searches = [search(NOON + day * DAY, case=CASE.number) for day in (-30, 0, 30)]
    claims = [claim_of_last([each], [again, first]) for each in searches]
    assert claims == [NumberClaim.PLATE_NAMED, NumberClaim.CLOSED, NumberClaim.PLATE_NAMED]


def test_a_case_in_which_the_persons_own_car_is_does_not_explain_their_searches() -> None:
    dispute = cad_case(plates=["ADQ100", "XYQ123"])
    assert claim_of_last([search(NOON)], [dispute]) is NumberClaim.MISSING
    assert claim_of_last([search(NOON, person="ben")], [dispute]) is NumberClaim.ELSEWHERE
