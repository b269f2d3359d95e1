import pytest

from plateward.oversight.detectors.records import Claim, Event
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
from plateward.oversight.detectors.thresholds import Thresholds

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


def test_three_plates_of_one_person_twice_a_week_are_told_at_the_fifth_search() -> None:
    """Each under the number of another matter that is open in the unit: four weeks hold five of them."""
    days = (0, 3.5, 8, 10.5, 15)
    cases = [cad_case(f"26-0{n}7412", [f"OTQ{n:03d}"]) for n in range(5)]
    searches = [
        search(NOON + day * DAY, f"{'ABC'[n % 3]}XQ{n % 3}11", case=cases[n].number)
        for n, day in enumerate(days)
    ]
    others = [search(NOON + day * DAY, f"ZZQ{day:03d}") for day in range(20)]
    explained = cad_case("26-100000", [event.plate for event in others])
    findings = [f for f in watched([*searches, *others], [*cases, explained]) if f.subject == "ada"]
    assert [(finding.detector, finding.at) for finding in findings] == [("repeated plate", searches[-1].at)]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [(["", "", "", "", ""], True), (["31", "442", "5093", "61", "707"], True), (["31"] * 12, False)],
)
def test_where_cad_knows_no_number_at_all_coming_back_without_one_or_under_new_ones_is_told_at_the_fifth(
    numbers: list[str], *, found: bool
) -> None:
    """Half of everybody's searches have no number, and weigh little: but nobody else comes back to a plate."""
    again = [search(NOON + (12 + n) * DAY, case=number) for n, number in enumerate(numbers)]
    findings = [f for f in watched([*careless(), *again]) if f.detector == "repeated plate"]
    assert [(finding.subject, finding.at) for finding in findings] == [("ada", again[4].at)] * found


@pytest.mark.clause("6.h.i")
@pytest.mark.parametrize(
    ("thresholds", "found"),
    [
        (Thresholds(), True),
        (Thresholds(habit_least=30, habit_chance=1e-12, few_least=40), True),
        (Thresholds(repeat_least=5), False),
    ],
)
def test_coming_back_to_a_plate_has_thresholds_of_its_own(thresholds: Thresholds, *, found: bool) -> None:
    again = [search(NOON + (12 + n) * DAY, case=f"{n}26") for n in range(5)]
    findings = watched([*careless(), *again], thresholds=thresholds)
    assert ("repeated plate" in detectors_of(findings)) is found


def careless() -> list[Event]:
    """Colleagues' searches, half of them without a number."""
    return [
        search(NOON + n * HOUR, f"BBQ{n:03d}", ("ben", "carla", "gloria")[n % 3], case="77" if n % 2 else "")
        for n in range(400)
    ]


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        (Claim.OPEN, ""),
        (Claim.OPEN_WITHOUT_PLATE, ""),
        (Claim.UNJUDGED, "under 5 case numbers; none was checked with CAD."),
        (Claim.UNKNOWN, "under 4 case numbers; CAD named no current case with this plate by these numbers."),
    ],
)
def test_a_car_in_five_open_cases_of_ones_own_is_work_and_a_finding_says_what_is_known(
    claim: Claim, says: str
) -> None:
    series = [search(NOON + (12 + n) * DAY, case=f"{n}26", claim=claim) for n in range(5)]
    findings = [f for f in watched([*careless(), *series]) if f.detector == "repeated plate"]
    assert [says in finding.sentence for finding in findings] == [True] * bool(says)
    assert all("nothing in CAD" not in finding.sentence for finding in findings)


def test_what_is_known_of_several_numbers_ends_with_what_cad_names() -> None:
    plates = ["AAQ111", "BBQ222", "AAQ111", "CCQ333", "BBQ222", "AAQ111"]
    cases = [cad_case(f"26-0{n}7412", [f"OTQ{n:03d}"]) for n in range(6)]
    searches = [search(NOON + day * DAY, plate, case=cases[day].number) for day, plate in enumerate(plates)]
    sentences = [f.sentence for f in watched(searches, cases) if f.detector == "repeated plate"]
    assert "case numbers; CAD named no current case with these plates by these numbers." in sentences[0]
