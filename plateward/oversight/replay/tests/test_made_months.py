"""Months that nobody looked at when the detectors were made: misuse that sums up is found and named as what it is, and
ordinary work is left alone."""

import random
from pathlib import Path

import pytest

from plateward.oversight.detectors.records import Pattern
from plateward.oversight.replay.reading import read_history, replay
from plateward.oversight.replay.tests.made_months import BEGIN, DAY, HOUR, MINUTE, STORIES, Months

FROM = BEGIN + 40 * DAY
CASE = "26-000001"


def replayed(months: Months, folder: Path) -> list[Pattern]:
    return replay(read_history(months.write(folder / "history")))


def named(findings: list[Pattern], subject: str) -> set[str]:
    return {finding.detector for finding in findings if finding.subject == subject}


@pytest.mark.clause("6.a.ii.2/found", "6.a.ii.2/group")
@pytest.mark.parametrize("seed", range(700, 712))
def test_an_ordinary_agency_of_twenty_to_forty_people_has_almost_no_findings(
    seed: int, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    months = Months(
        seed,
        people=rng.choice((20, 30, 40)),
        days=rng.choice((30, 60)),
        vague=rng.choice((0.0, 0.03, 0.1)),
        no_case=rng.choice((0.0, 0.03, 0.1)),
        names_plate=rng.choice((0.0, 0.7, 1.0)),
    )
    assert len(replayed(months, tmp_path)) <= 1


@pytest.mark.clause("6.a.ii.2/group")
def test_bursts_on_three_days_are_found_on_the_first(tmp_path: Path) -> None:
    months = Months(801, days=60)
    for day in range(3):
        for minute in range(25):
            months.search("p08", FROM + day * DAY + 9 * HOUR + minute * MINUTE)
    found = [each for each in replayed(months, tmp_path) if each.subject == "p08"]
    assert "volume" in {each.detector for each in found}
    assert min(each.at for each in found) < FROM + 10 * HOUR


@pytest.mark.clause("6.j.i/shared", "6.a.ii.2/group")
def test_four_hundred_exported_results_are_found_that_day(tmp_path: Path) -> None:
    months = Months(802, days=60)
    months.export("p09", FROM, 400)
    [found] = [each for each in replayed(months, tmp_path) if each.subject == "p09"]
    assert (found.detector, found.at) == ("bulk export", FROM)


@pytest.mark.clause("6.e.vi/generic", "6.a.ii.2/found")
def test_vague_reasons_of_three_people_are_found_within_days_and_named_as_what_they_are(
    tmp_path: Path,
) -> None:
    months, words = Months(803, days=60), {"p06": "inv", "p11": "follow up", "p14": "research"}
    for event in months.events:
        if event["person"] in words and str(event["at"]) >= FROM.isoformat() and event["kind"] == "search":
            event["reason"] = words[str(event["person"])]
    findings = replayed(months, tmp_path)
    vague = {each.subject: each.at for each in findings if each.detector == "vague reasons"}
    assert vague.keys() == words.keys()
    assert max(vague.values()) < FROM + 7 * DAY


@pytest.mark.clause("6.a.ii.2/found", "6.e.vi/reason")
def test_contradictory_stories_in_one_case_are_found(tmp_path: Path) -> None:
    months = Months(804, days=60)
    for n in range(31):
        months.search(
            "p12", FROM + n * 7 * HOUR, case=CASE, reason=STORIES[n % len(STORIES)].format(road="Alder Rd")
        )
    assert "contradictory stories" in named(replayed(months, tmp_path), "p12")


@pytest.mark.clause("6.a.ii.2/found", "6.a.ii.2/group")
def test_what_comes_later_changes_nothing_of_what_was_told(tmp_path: Path) -> None:
    """Nothing looks ahead: a history that is cut off tells the same up to there."""
    months = Months(805, days=60, vague=0.1, no_case=0.1)
    for minute in range(25):
        months.search("p08", FROM - 9 * DAY + minute * MINUTE)
    whole = replayed(months, tmp_path)
    months.events = [event for event in months.events if str(event["at"]) < FROM.isoformat()]
    cut = replayed(months, tmp_path)
    assert [(each.detector, each.subject, each.at) for each in cut] == [
        (each.detector, each.subject, each.at) for each in whole if each.at < FROM
    ]
    assert cut
