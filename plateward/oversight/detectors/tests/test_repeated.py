import pytest

from plateward.oversight.detectors.testing import (
    BEGIN,
    DAY,
    HOUR,
    cad_case,
    day_shifts,
    detectors_of,
    search,
    watched,
)

pytestmark = pytest.mark.clause("6.a.ii.2")
NOON = BEGIN + 12 * HOUR


def test_five_searches_of_a_plate_in_five_days_without_a_case_are_a_finding_at_the_fourth() -> None:
    findings = watched([search(NOON + day * DAY) for day in range(5)], [cad_case(plates=["OTQ999"])])
    repeated = [finding for finding in findings if finding.detector == "repeated plate"]
    assert [(finding.at, finding.plate, finding.count) for finding in repeated] == [
        (NOON + 3 * DAY, "XYQ123", 2)
    ]
    assert "Searched plate XYQ123 4 times" in repeated[0].sentence
    assert "4 with no case number" in repeated[0].sentence


def test_a_detective_may_search_a_plate_thirty_times_in_its_own_case() -> None:
    case = cad_case()
    searches = [search(NOON + day * DAY, case=case.number, action_later=False) for day in range(30)]
    assert watched(searches, [case], day_shifts("ada")) == []


def test_a_mistyped_number_of_the_plates_case_is_no_lie() -> None:
    searches = [search(NOON + day * DAY, case="26-000421") for day in range(8)]
    assert watched(searches, [cad_case()]) == []


def test_a_few_plates_of_one_matter_are_added_up() -> None:
    plates = ["AAQ111", "BBQ222", "AAQ111", "CCQ333", "BBQ222", "AAQ111"]
    findings = watched([search(NOON + day * DAY, plate) for day, plate in enumerate(plates)], [cad_case()])
    first = next(finding for finding in findings if finding.detector == "repeated plate")
    assert first.at <= NOON + 5 * DAY
    assert "AAQ111" in first.sentence
    assert "BBQ222" in first.sentence


def test_one_search_of_many_plates_each_is_no_repetition() -> None:
    searches = [search(NOON + n * HOUR, f"AAQ{n:03d}", case="26-000412") for n in range(9)]
    assert "repeated plate" not in detectors_of(watched(searches, [cad_case(plates=[])]))


def test_the_same_search_again_within_minutes_counts_half() -> None:
    minute = HOUR / 60
    findings = watched([search(NOON + n * minute) for n in range(5)], [cad_case(plates=["OTQ999"])])
    assert "repeated plate" not in detectors_of(findings)


def test_a_pattern_rings_once_and_counts_on_until_it_has_been_quiet() -> None:
    searches = [search(NOON + day * DAY) for day in range(40)]
    later = [search(NOON + (130 + day) * DAY) for day in range(5)]
    findings = [
        f for f in watched(searches + later, [cad_case(plates=["OTQ999"])]) if f.detector == "repeated plate"
    ]
    assert [(finding.at, finding.count) for finding in findings] == [
        (NOON + 3 * DAY, 37),
        (NOON + 133 * DAY, 2),
    ]


def test_searches_that_lead_to_nothing_are_told_a_day_after_the_fifth() -> None:
    case = cad_case(plates=[])
    searches = [search(NOON + day * DAY, case=case.number, action_later=False) for day in range(6)]
    findings = [f for f in watched(searches, [case]) if f.detector == "no later action"]
    assert [finding.at for finding in findings] == [NOON + 5 * DAY]


def test_action_ends_the_count_of_searches_that_led_to_nothing() -> None:
    case = cad_case(plates=[])
    searches = [search(NOON + day * DAY, case=case.number, action_later=day == 3) for day in range(7)]
    assert watched(searches, [case]) == []
