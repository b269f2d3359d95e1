import pytest

from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.rates import Rates
from plateward.oversight.detectors.records import CadRecord, Claim, Person, Shift
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.signs import Signs, Wording
from plateward.oversight.detectors.testing import (
    BEGIN,
    DAY,
    HOUR,
    PEOPLE,
    REASON,
    cad_case,
    day_shifts,
    detectors_of,
    search,
    watched,
)
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.wording import reasons_of

NOON = BEGIN + 12 * HOUR


@pytest.mark.clause("6.a.ii.3")
def test_evenings_off_shift_are_a_pattern_at_the_fifth() -> None:
    evenings = [search(BEGIN + day * DAY + 22 * HOUR, f"AAQ{day:03d}") for day in range(5)]
    findings = watched(evenings, [cad_case()], day_shifts("ada"))
    off = [finding for finding in findings if finding.detector == "off-shift"]
    assert [finding.at for finding in off] == [evenings[4].at]


@pytest.mark.clause("6.a.ii.3")
def test_what_is_known_from_checks_alone_is_judged_within_a_day_weighs_nothing_and_says_so() -> None:
    shifts, thresholds = day_shifts("ada"), Thresholds()
    night = search(BEGIN + 22 * HOUR, case="26-999999")
    known, inferred = (
        Signs(PEOPLE, roster, CadBook([cad_case()], thresholds), thresholds).read(night)
        for roster in (Roster(shifts), Roster(shifts, "function checks"))
    )
    assert known.off_shift
    assert inferred.off_shift
    assert known.weight > inferred.weight == inferred.base > 0
    assert "No roster" not in reasons_of([known])
    assert "Outside shifts: 1. No roster is kept: shifts are known from function checks." in reasons_of(
        [inferred]
    )
    apart = [Shift("ada", BEGIN + hours * HOUR, BEGIN + (hours + 12) * HOUR) for hours in (0, 24, 50)]
    roster = Roster(apart, "function checks")
    assert [roster.is_off("ada", BEGIN + hours * HOUR, 2 * HOUR) for hours in (18, 43)] == [True, None]


@pytest.mark.clause("6.a.ii.3")
def test_overtime_in_a_case_is_no_pattern() -> None:
    case = cad_case(plates=[])
    late = [search(BEGIN + day * DAY + 22 * HOUR, f"AAQ{day:03d}", case=case.number) for day in range(7)]
    assert watched(late, [case], day_shifts("ada")) == []


@pytest.mark.clause("6.e.vi")
def test_one_word_for_many_plates_is_a_pattern() -> None:
    searches = [search(NOON + n * HOUR, f"AAQ{n:03d}", reason="investigation") for n in range(12)]
    assert {"vague reasons", "reason reuse"} <= detectors_of(watched(searches, [cad_case()]))


@pytest.mark.clause("6.e.vi")
@pytest.mark.parametrize(
    ("reason", "wording", "says"),
    [
        ("investigation", Wording.VAGUE, "Gave reasons that say nothing for 5"),
        ("Burglary on Alder Rd at 0240", Wording.UNTIED, "Gave reasons that do not say why this plate for 5"),
        (REASON, Wording.GOOD, ""),
    ],
)
def test_a_reason_without_a_tie_to_the_car_weighs_less_and_is_not_said_to_say_nothing(
    reason: str, wording: Wording, says: str
) -> None:
    searches = [search(NOON + n * HOUR, f"AAQ{n:03d}", reason=reason) for n in range(5)]
    findings = [f for f in watched(searches, [cad_case()]) if f.detector == "vague reasons"]
    assert [finding.sentence[: len(says)] for finding in findings] == [says] * bool(says)
    thresholds = Thresholds()
    reading = Signs(PEOPLE, Roster([]), CadBook([cad_case()], thresholds), thresholds).read(searches[0])
    assert reading.wording is wording
    added = {Wording.VAGUE: thresholds.vague_weight, Wording.UNTIED: thresholds.untied_weight}
    assert reading.weight == pytest.approx(1 + added.get(wording, 0))


@pytest.mark.clause("6.a.iii", "6.a.ii.2")
def test_six_plates_at_the_end_of_a_month_partly_without_and_partly_with_wrong_numbers_are_told_at_the_fifth() -> (
    None
):
    """Neither the missing numbers alone nor the wrong ones alone would stand out so soon."""
    others = cad_case("26-777001", unit="77", plates=["OTQ999"])
    own = cad_case(plates=[], opened_at=BEGIN - 20 * DAY)
    honest = [search(NOON - n * 2 * HOUR, f"BBQ{n:03d}", case=own.number) for n in range(20)]
    honest += [
        search(NOON - n * HOUR, f"CCQ{n:03d}", "carla", case="" if n % 12 == 0 else own.number)
        for n in range(400)
    ]
    sold = [search(NOON + n * HOUR, f"AAQ{n:03d}", case=others.number if n % 2 else "") for n in range(6)]
    findings = [f for f in watched(honest + sold, [own, others]) if f.subject == "ada"]
    assert findings[0].at == sold[4].at
    assert "without a case number that fits" in findings[0].sentence


@pytest.mark.clause("6.a.iii")
@pytest.mark.parametrize(
    ("cases", "says"),
    [
        ([cad_case(plates=["OTQ999"])], "another plate"),
        ([cad_case(plates=[], closed_at=BEGIN - 20 * DAY, opened_at=BEGIN - 30 * DAY)], "closed before"),
        ([cad_case(plates=[], opened_at=BEGIN + 20 * DAY)], "opened later"),
        ([cad_case("26-999999")], "unknown to CAD"),
    ],
)
def test_numbers_that_do_not_fit_a_plate_are_plausible_lies_at_the_third(
    cases: list[CadRecord], says: str
) -> None:
    searches = [search(NOON + day * DAY, case="26-000412") for day in range(3)]
    lies = [finding for finding in watched(searches, cases) if finding.detector == "plausible lie"]
    assert [finding.at for finding in lies] == [searches[2].at]
    assert says in lies[0].sentence


@pytest.mark.clause("6.a.iii")
def test_numbers_made_up_for_plate_after_plate_are_plausible_lies() -> None:
    searches = [search(NOON + n * HOUR, f"AAQ{n:03d}", case=f"26-55{n:04d}") for n in range(6)]
    assert "plausible lie" in detectors_of(watched(searches, [cad_case()]))


@pytest.mark.clause("SB40.share")
def test_a_purpose_that_the_law_bars_is_told_at_the_second_search() -> None:
    searches = [search(NOON + n * HOUR, f"AAQ{n:03d}", reason="immigration violation") for n in range(2)]
    barred = [f for f in watched(searches, [cad_case()]) if f.detector == "barred purpose"]
    assert [finding.at for finding in barred] == [searches[1].at]


@pytest.mark.clause("6.a.ii.3")
def test_searches_that_are_always_off_shift_are_a_pattern_whatever_their_cases() -> None:
    case = cad_case(plates=[])
    nights = [search(BEGIN + day * DAY + 23 * HOUR, f"AAQ{day:03d}", case=case.number) for day in range(12)]
    assert detectors_of(watched(nights, [case], day_shifts("ada"))) == {"off-shift"}


@pytest.mark.clause("6.a.iii")
def test_numbers_of_other_units_cases_are_plausible_lies_at_the_fifth_among_honest_ones() -> None:
    own = cad_case(plates=[], opened_at=BEGIN - 20 * DAY)
    others = cad_case("26-777001", unit="77", plates=["OTQ999"])
    honest = [search(NOON + n * HOUR, f"BBQ{n:03d}", case=own.number) for n in range(20)]
    honest += [search(NOON - n * HOUR, f"CCQ{n:03d}", "carla", case=own.number) for n in range(300)]
    lying = [search(NOON + n * 4 * HOUR + HOUR / 2, f"AAQ{n:03d}", case=others.number) for n in range(5)]
    lies = [f for f in watched(honest + lying, [own, others]) if f.detector == "plausible lie"]
    assert [finding.at for finding in lies] == [lying[4].at]


@pytest.mark.clause("SB40.use", "SB40.share")
@pytest.mark.parametrize(
    ("reason", "is_told"), [("expired registration", False), ("check if illegal alien", True)]
)
def test_only_traffic_enforcement_is_how_an_agency_works_once_three_others_do_it(
    reason: str, is_told: bool
) -> None:
    """By these the practice is known; what aims at people for who they are is told however many do it."""
    others = [
        search(NOON - DAY + n * HOUR, f"BBQ{n:03d}", who, reason=reason)
        for n, who in enumerate(("ben", "carla", "gloria"))
    ]
    mine = [search(NOON + n * HOUR, f"AAQ{n:03d}", reason=reason) for n in range(2)]
    assert "barred purpose" in detectors_of(watched([*others[:2], *mine], [cad_case()]))
    assert ("barred purpose" in detectors_of(watched([*others, *mine], [cad_case()]))) == is_told


@pytest.mark.clause("6.a.ii.3")
def test_one_way_of_searching_is_one_finding_whatever_else_is_wrong_with_it() -> None:
    vague = [search(NOON + n * HOUR, f"AAQ{n:03d}", reason="check") for n in range(9)]
    habits = {"no case", "plausible lie", "vague reasons"}
    assert len(habits & detectors_of(watched(vague, [cad_case()]))) == 1
    lies = [search(NOON + (40 + n) * HOUR, f"BBQ{n:03d}", case=f"26-55{n:04d}") for n in range(30)]
    assert len(habits & detectors_of(watched([*vague, *lies], [cad_case()]))) == 2


def test_in_a_small_role_what_the_third_of_everybody_does_is_no_habit_of_ones_own() -> None:
    rates, people = Rates(), [Person(f"p{n}", role=f"role {n}") for n in range(8)]
    for index, person in enumerate(people):
        for n in range(100):
            rates.add(person, "claim", [Claim.MISSING] if n < 20 * (index > 3) else [])
    assert rates.usual(people[0], Claim.MISSING, "claim") > 0.15
    assert rates.rate(people[0], Claim.MISSING, "claim") < 0.15
