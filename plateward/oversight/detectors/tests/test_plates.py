import pytest

from plateward.oversight.detectors.records import DAY, HOUR, EventKind, LogEvent, NumberClaim, Pattern
from plateward.oversight.detectors.testing import (
    BEGIN,
    cad_case,
    day_shifts,
    detectors_of,
    search,
    watched,
)

pytestmark = pytest.mark.clause("6.a.ii.2/found", "6.a.ii.3/found")
NOON = BEGIN + 12 * HOUR
OTHER = [cad_case(plates=["OTQ999"])]


def of(detector: str, findings: list[Pattern]) -> list[Pattern]:
    return [finding for finding in findings if finding.detector == detector]


@pytest.mark.parametrize(
    ("plate", "whose"),
    [("ADQ100", "their own plate"), ("ADQ200", "a family member's"), ("BEQ100", "of a colleague, Ben Begay")],
)
def test_a_plate_of_somebody_close_is_told_at_the_first_search(plate: str, whose: str) -> None:
    [finding] = watched([search(BEGIN, plate)], [cad_case()])
    assert (finding.at, finding.detector, finding.plate) == (BEGIN, "personal plate", plate)
    assert whose in finding.sentence


def test_a_colleagues_stolen_car_may_be_searched_in_its_case_and_ones_own_plate_never() -> None:
    named = cad_case(plates=["BEQ100", "ADQ100"])
    assert watched([search(BEGIN, "BEQ100", case="26-000412")], [named]) == []
    assert detectors_of(watched([search(BEGIN, "ADQ100", case="26-000412")], [named])) == {"personal plate"}


@pytest.mark.parametrize(
    ("claim", "says"),
    [(NumberClaim.UNJUDGED, "not checked with CAD"), (NumberClaim.UNKNOWN, "unknown to CAD")],
)
def test_of_a_colleagues_plate_it_says_what_cad_said_and_who_may_be_part_of_it(
    claim: NumberClaim, says: str
) -> None:
    [finding] = watched([search(NOON, "BEQ100", case="26-7", claim=claim)], [cad_case()])
    assert says in finding.sentence
    assert finding.implicated == {"ben"}


@pytest.mark.parametrize(
    ("plate", "whose"),
    [("ADQ100", {"ada"}), ("ADQ200", {"ada"}), ("BEQ100", {"ben"}), ("XYQ123", set[str]())],
)
def test_an_approved_entry_of_a_colleagues_or_their_familys_vehicle_is_told_about_who_asked(
    plate: str, whose: set[str]
) -> None:
    listing = LogEvent(NOON, "carla", EventKind.LISTING, plate, to="rita")
    findings = watched([listing, search(NOON + HOUR, "XYQ123", case="26-000412")], [cad_case()])
    if not whose:
        assert findings == []
        return
    [finding] = findings
    assert (finding.detector, finding.subject, finding.plate) == ("personal entry", "rita", plate)
    assert "put on a hot list; Carla Chavez approved it." in finding.sentence
    assert finding.implicated == whose | {"carla"}


def test_a_plate_that_is_searched_without_a_case_is_a_finding_at_the_fourth() -> None:
    [finding] = of("repeated plate", watched([search(NOON + day * DAY) for day in range(5)], OTHER))
    assert (finding.at, finding.plate, finding.count) == (NOON + 3 * DAY, "XYQ123", 2)
    assert "Searched plate XYQ123 4 times" in finding.sentence
    assert "4 with no case number" in finding.sentence


def test_a_detective_may_search_a_plate_thirty_times_in_its_own_case() -> None:
    case = cad_case()
    searches = [search(NOON + day * DAY, case=case.number, action_later=False) for day in range(30)]
    assert watched(searches, [case], day_shifts("ada")) == []
    mistyped = [search(NOON + day * DAY, case="26-000421") for day in range(8)]
    assert watched(mistyped, [case]) == []


def test_in_a_long_case_for_which_cad_names_no_plate_eight_searches_count_as_one() -> None:
    searches = [search(NOON + day * DAY, case="26-000412") for day in range(40)]
    findings = watched(searches, [cad_case(plates=[])])
    assert [finding.at for finding in of("repeated plate", findings)] == [NOON + 31 * DAY]


def test_the_plates_of_a_household_are_added_up_and_many_plates_once_are_none() -> None:
    plates = ["AAQ111", "BBQ222", "AAQ111", "CCQ333", "BBQ222", "AAQ111"]
    findings = watched([search(NOON + day * DAY, plate) for day, plate in enumerate(plates)], [cad_case()])
    [first] = of("repeated plate", findings)
    assert (first.at, first.plate) == (NOON + 5 * DAY, "")
    assert "AAQ111, BBQ222, CCQ333" in first.sentence
    once = [search(NOON + n * HOUR, f"AAQ{n:03d}") for n in range(9)]
    assert not of("repeated plate", watched(once, [cad_case()]))


def test_the_same_search_again_within_minutes_counts_once() -> None:
    assert watched([search(NOON + n * HOUR / 60) for n in range(5)], OTHER) == []


def test_what_colleagues_do_as_often_is_how_they_work() -> None:
    heavy = [
        search(NOON + day * DAY + n * HOUR, f"{who[:2].upper()}Q555", who)
        for n, who in enumerate(("ben", "carla", "gloria"))
        for day in range(5)
    ]
    mine = [search(NOON + (20 + day) * DAY) for day in range(5)]
    assert "repeated plate" not in detectors_of(watched([*heavy, *mine], OTHER))
    assert "repeated plate" in detectors_of(watched([*heavy[:5], *mine], OTHER))


def test_a_pattern_rings_once_and_counts_on_until_it_has_been_quiet() -> None:
    searches = [search(NOON + day * DAY) for day in range(40)]
    later = [search(NOON + (130 + day) * DAY) for day in range(5)]
    findings = of("repeated plate", watched(searches + later, OTHER))
    assert [(each.at, each.count) for each in findings] == [(NOON + 3 * DAY, 37), (NOON + 133 * DAY, 2)]


def futile(*actions: bool) -> list[LogEvent]:
    return [search(NOON + n * DAY, case="26-000412", action_later=action) for n, action in enumerate(actions)]


def test_in_an_open_case_searches_count_in_full_while_they_lead_to_nothing() -> None:
    case = [cad_case(plates=[])]
    [finding] = of("repeated plate", watched(futile(*[False] * 6), case))
    assert finding.at == NOON + 4 * DAY
    assert "No police action is on record" in finding.sentence
    assert watched(futile(False, False, False, True, False, False, False), case) == []
