"""What others and the person themself searched under a number says whether it is work."""

from dataclasses import replace

import pytest

from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.records import CadRecord, Claim, Event, EventKind, Person
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.signs import Signs
from plateward.oversight.detectors.testing import BEGIN, DAY, HOUR, PEOPLE, cad_case, search, watched
from plateward.oversight.detectors.thresholds import Thresholds

pytestmark = pytest.mark.clause("6.a.iii")
NOON = BEGIN + 12 * HOUR
CASE = cad_case(plates=["OTQ999"])


def claim_of_last(events: list[Event], cases: list[CadRecord]) -> Claim:
    thresholds = Thresholds()
    signs = Signs(PEOPLE, Roster([]), CadBook(cases, thresholds), thresholds)
    return [signs.read(event) for event in events][-1].claim


@pytest.mark.parametrize(
    ("case", "claim"),
    [
        (CASE, Claim.JOINT),
        (replace(CASE, number="26-7"), Claim.JOINT),
        (replace(CASE, closed_at=NOON - 3 * DAY, opened_at=NOON - 4 * DAY), Claim.CLOSED),
    ],
    ids=["of another plate", "unknown", "closed"],
)
def test_a_plate_that_a_colleague_searches_under_the_same_number_is_joint_work_unless_it_is_over(
    case: CadRecord, claim: Claim
) -> None:
    both = [search(NOON, person="ben", case=CASE.number), search(NOON + HOUR, case=CASE.number)]
    assert claim_of_last(both, [case]) is claim
    assert claim_of_last(both[1:] * 2, [case]) is not Claim.JOINT


def test_whoever_worked_on_a_case_before_may_come_to_plates_that_cad_does_not_have() -> None:
    named = search(NOON - DAY, "OTQ999", case=CASE.number)
    other = search(NOON, case=CASE.number)
    assert claim_of_last([named, other], [CASE]) is Claim.WORKED
    same_day = replace(named, at=NOON - HOUR)
    assert claim_of_last([same_day, other], [CASE]) is Claim.OTHER_PLATE


def test_numbers_of_a_system_beside_cad_are_not_unknown_once_two_others_use_them() -> None:
    used = [
        search(NOON, f"AAQ{n}", who, case=f"N26-000{n:03d}") for n, who in enumerate(("ben", "carla", "ada"))
    ]
    assert claim_of_last(used, [CASE]) is Claim.UNJUDGED
    assert claim_of_last(used[1:], [CASE]) is Claim.UNKNOWN
    like_cads = [replace(event, case=event.case.removeprefix("N")) for event in used]
    assert claim_of_last(like_cads, [CASE]) is Claim.UNKNOWN


def test_a_plate_that_came_by_an_alert_is_not_one_that_the_person_came_with() -> None:
    alert = Event(NOON, "ada", EventKind.VIEW, "XYQ123")
    assert claim_of_last([alert, search(NOON + HOUR / 20)], [CASE]) is Claim.ELSEWHERE
    assert claim_of_last([search(NOON - DAY), alert, search(NOON + HOUR / 20)], [CASE]) is Claim.MISSING


def test_who_is_of_a_unit_that_cad_never_names_works_on_others_cases() -> None:
    case = cad_case(plates=[], unit="77")
    assert claim_of_last([search(NOON, case=case.number)], [case]) is Claim.OPEN
    assert claim_of_last([search(NOON, case=case.number)], [case, cad_case("26-1")]) is Claim.OTHER_UNIT


def test_a_joint_case_is_no_finding_and_the_same_alone_is_one() -> None:
    days = [
        search(NOON + day * DAY, person=who, case=CASE.number) for day in range(9) for who in ("ben", "ada")
    ]
    assert {finding.at for finding in watched(days, [CASE])} <= {NOON + day * DAY for day in range(2)}
    assert watched(days[1::2], [CASE])


@pytest.mark.parametrize(
    ("others", "claim"),
    [
        ([search(NOON - HOUR / 6, person="hector")], Claim.JOINT),  # another unit's, by radio
        ([search(NOON - DAY, person="hector")], Claim.MISSING),
        ([search(NOON - 9 * DAY, person="carla")], Claim.JOINT),  # of the same unit
        ([search(NOON - 31 * DAY, person="carla")], Claim.MISSING),
        ([search(NOON - 9 * DAY, person=who) for who in ("ben", "gloria", "hector")], Claim.JOINT),
        ([search(NOON - 9 * DAY, person=who) for who in ("ben", "gloria")], Claim.MISSING),
    ],
    ids=["just now", "yesterday", "of the unit", "long ago", "a broadcast", "two"],
)
def test_a_plate_that_colleagues_search_is_work_without_a_number_too(
    others: list[Event], claim: Claim
) -> None:
    assert claim_of_last([*others, search(NOON)], [CASE]) is claim
    assert claim_of_last([search(NOON - DAY), search(NOON)], [CASE]) is Claim.MISSING, (
        "by the same person alone"
    )


def test_whoever_leaves_the_number_out_once_goes_on_with_the_case() -> None:
    old = cad_case(opened_at=NOON - 90 * DAY, closed_at=NOON - 20 * DAY)
    numbered = search(NOON - 21 * DAY, case=old.number)
    assert claim_of_last([numbered, search(NOON)], [old]) is Claim.ELSEWHERE
    assert claim_of_last([numbered, search(NOON, person="ben")], [old]) is Claim.MISSING
    assert claim_of_last([replace(numbered, at=NOON - 31 * DAY), search(NOON)], [old]) is Claim.MISSING


@pytest.mark.parametrize(
    ("given", "reason", "claim"),
    [
        ("", "Burglary 26-000412, this car was seen", Claim.PLATE_NAMED),
        ("", "Burglary 26-009999, this car was seen", Claim.MISSING),
        ("000412", "Burglary", Claim.PLATE_NAMED),
        ("12", "Burglary", Claim.UNKNOWN),
        ("000413", "Burglary", Claim.UNKNOWN),
    ],
)
def test_a_number_counts_in_the_reason_or_without_its_year_too(given: str, reason: str, claim: Claim) -> None:
    elsewhere = cad_case("25-777000", ["OTQ999"])
    with_plate = cad_case(
        "26-000412", ["XYQ123"], opened_at=NOON - 80 * DAY
    )  # too long ago to explain by the plate
    assert claim_of_last([search(NOON, case=given, reason=reason)], [elsewhere, with_plate]) is claim


def test_a_case_that_was_opened_again_was_open_before_too() -> None:
    first = cad_case(opened_at=NOON - 40 * DAY, closed_at=NOON - 20 * DAY)
    again = cad_case(opened_at=NOON + 20 * DAY)
    searches = [search(NOON + day * DAY, case=CASE.number) for day in (-30, 0, 30)]
    claims = [claim_of_last([each], [again, first]) for each in searches]
    assert claims == [Claim.PLATE_NAMED, Claim.CLOSED, Claim.PLATE_NAMED]


def test_a_case_in_which_the_persons_own_car_is_does_not_explain_their_searches() -> None:
    dispute = cad_case(plates=["ADQ100", "XYQ123"])
    assert claim_of_last([search(NOON)], [dispute]) is Claim.MISSING
    assert claim_of_last([search(NOON, person="ben")], [dispute]) is Claim.ELSEWHERE


def test_numbers_of_an_agency_outside_are_its_own() -> None:
    kim = Person("kim", "Kim Kelley", "outside agency", "Riverton PD")
    thresholds = Thresholds()
    for person, claim in ((kim, Claim.UNJUDGED), (replace(kim, role="officer"), Claim.UNKNOWN)):
        signs = Signs({"kim": person}, Roster([]), CadBook([CASE], thresholds), thresholds)
        assert signs.read(search(NOON, person="kim", case="RV26-1")).claim is claim
