from dataclasses import replace

import pytest

from plateward.oversight.detectors.records import DAY, HOUR, LogEvent, Pattern, Shift
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.testing import (
    BEGIN,
    cad_case,
    day_shifts,
    detectors_of,
    history_of,
    search,
    watched,
)

NOON = BEGIN + 12 * HOUR
OWN = cad_case(plates=[], opened_at=BEGIN - 40 * DAY)


def of(detector: str, findings: list[Pattern]) -> list[Pattern]:
    return [finding for finding in findings if finding.detector == detector]


def honest(days: int = 20) -> list[LogEvent]:
    """Some weeks of work before."""
    return [
        search(NOON - day * DAY + n * HOUR, f"C{n}Q{day:03d}", who, case=OWN.number)
        for day in range(1, days + 1)
        for n, who in enumerate(("ada", "ben", "carla", "gloria"))
    ]


@pytest.mark.clause("6.e.vi/generic", "6.a.ii.2/found")
def test_vague_reasons_are_named_as_what_they_are_within_days_whatever_their_cases() -> None:
    vague = [search(NOON + n * 6 * HOUR, f"AAQ{n:03d}", reason="inv", case=OWN.number) for n in range(12)]
    [finding] = of("vague reasons", watched([*honest(), *vague], [OWN]))
    assert finding.subject == "ada"
    assert finding.at <= NOON + 2 * DAY
    assert "“inv”" in finding.sentence


@pytest.mark.clause("6.e.vi/generic")
def test_a_search_that_was_marked_counts_as_vague_whatever_its_words() -> None:
    marked = [search(NOON + n * HOUR, f"AAQ{n:03d}", case=OWN.number, marked=True) for n in range(12)]
    assert "vague reasons" in detectors_of(watched([*honest(), *marked], [OWN]))
    cleared = [replace(event, marked=False, reason="inv") for event in marked]
    assert "vague reasons" not in detectors_of(watched([*honest(), *cleared], [OWN]))


@pytest.mark.clause("6.e.vi/generic")
def test_what_all_colleagues_write_is_no_finding() -> None:
    everybody = [replace(event, reason="inv") for event in honest(30)]
    assert not of("vague reasons", watched(everybody, [OWN])[4:])


@pytest.mark.clause("6.a.ii.3/found")
def test_evenings_off_shift_are_a_pattern_at_the_eighth_and_work_in_a_case_is_none() -> None:
    evenings = [search(BEGIN + day * DAY + 22 * HOUR, f"AAQ{day:03d}", case=OWN.number) for day in range(12)]
    [off] = watched([*honest(), *evenings], [OWN], day_shifts("ada"))
    assert (off.detector, off.at) == ("off-shift", evenings[7].at)
    named = replace(OWN, plates=frozenset(event.plate for event in evenings))
    assert watched([*honest(), *evenings], [named], day_shifts("ada")) == []


@pytest.mark.clause("6.a.ii.3/found")
def test_what_is_known_from_checks_alone_is_judged_within_a_day() -> None:
    apart = [Shift("ada", BEGIN + hours * HOUR, BEGIN + (hours + 12) * HOUR) for hours in (0, 24, 50)]
    history = history_of(
        [search(BEGIN + hours * HOUR) for hours in (18, 43)], roster=Roster(apart, "function checks")
    )
    assert [use.off_shift for use in history.uses] == [True, None]


@pytest.mark.clause("6.a.iii/worth", "6.a.ii.2/found")
@pytest.mark.parametrize("number", ["", "26-555001", "26-777001"])
def test_searches_without_a_number_that_fits_are_told_at_the_fifth(number: str) -> None:
    others = cad_case("26-777001", unit="77", plates=["OTQ999"])
    sold = [search(NOON + n * HOUR, f"AAQ{n:03d}", case=number) for n in range(6)]
    [finding] = of("no valid case number", watched([*honest(30), *sold], [OWN, others]))
    assert (finding.subject, finding.at) == ("ada", sold[4].at)


@pytest.mark.clause("SB40.share/words", "SB40.use/traffic")
@pytest.mark.parametrize("reason", ["expired registration", "check if illegal alien"])
def test_a_barred_purpose_is_told_at_the_second_search_unless_three_colleagues_do_it_too(reason: str) -> None:
    others = [
        search(NOON - 2 * DAY + n * HOUR, f"BBQ{n:03d}", who, reason=reason)
        for n, who in enumerate(("ben", "carla", "gloria") * 2)
    ]
    mine = [search(NOON + n * HOUR, f"AAQ{n:03d}", reason=reason) for n in range(2)]
    [finding] = of("barred purpose", watched([*others[:3], *mine], [cad_case()]))
    assert (finding.subject, finding.at) == ("ada", mine[1].at)
    assert "barred purpose" not in detectors_of(watched([*others, *mine], [cad_case()]))


@pytest.mark.clause("6.e.vi/generic")
def test_one_invented_story_for_many_plates_is_a_finding() -> None:
    searches = [
        search(NOON + n * HOUR, f"AAQ{n:03d}", reason="Kessler matter, he drives this one") for n in range(9)
    ]
    assert "reason reuse" in detectors_of(watched(searches, [cad_case()]))
    shared = [replace(searches[0], person=who, at=NOON - DAY) for who in ("ben", "carla")]
    assert "reason reuse" not in detectors_of(watched([*shared, *searches], [cad_case()]))


@pytest.mark.clause("6.a.ii.2/found", "6.e.vi/reason")
def test_contradictory_stories_in_one_case_are_a_finding_and_one_story_in_many_words_is_none() -> None:
    stories = [
        "Carjacking at Circle K, victim's truck",
        "Missing 12-year-old was in this van",
        "Shots fired at the house",
        "Burglary, door forced, seen on camera",
        "Warrant for fraud, he drives it",
    ]
    told = [search(NOON + n * HOUR, f"AAQ{n:03d}", reason=stories[n % 5], case=OWN.number) for n in range(31)]
    [finding] = of("contradictory stories", watched([*honest(), *told], [OWN]))
    assert (finding.subject, finding.at) == ("ada", told[4].at)
    one = [
        search(
            NOON + n * HOUR,
            f"AAQ{n:03d}",
            reason=f"Robbery on Alder Rd, witness {n} saw this car",
            case=OWN.number,
        )
        for n in range(31)
    ]
    assert not of("contradictory stories", watched([*honest(), *one], [OWN]))
