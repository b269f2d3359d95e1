from dataclasses import replace
from datetime import datetime

import pytest

from plateward.oversight.detectors.records import DAY, HOUR, Account, EventKind, LogEvent
from plateward.oversight.detectors.testing import (
    BEGIN,
    cad_case,
    day_shifts,
    detectors_of,
    search,
    watched,
)

NOON = BEGIN + 12 * HOUR
OFFICERS = {f"o{n}": Account(f"o{n}", role="officer", unit="12", supervisor="carla") for n in range(1, 5)}


def export(at: datetime, results: float | None = None) -> LogEvent:
    return LogEvent(at, "ada", EventKind.EXPORT, results=results)


@pytest.mark.clause("6.j.i/shared")
def test_an_export_of_thousands_of_rows_is_a_bulk_export() -> None:
    assert detectors_of(watched([export(NOON, results=2500.0)])) == {"bulk export"}


@pytest.mark.clause("6.j.i/shared")
def test_five_exports_in_a_day_are_a_bulk_export_and_one_a_day_is_none() -> None:
    assert detectors_of(watched([export(NOON + n * HOUR) for n in range(5)])) == {"bulk export"}
    assert watched([export(NOON + n * DAY, results=40.0) for n in range(5)]) == []


@pytest.mark.clause("6.j.i/shared")
@pytest.mark.parametrize(
    ("copies", "cases", "found"),
    [
        (12, ["26-000412"], False),  # the pictures of one case
        (160, ["26-000412"], True),  # of many reads
        (12, [f"26-00{n:04d}" for n in range(12)], True),
        (12, [""], True),
        (12, ["26-999999"], True),  # CAD does not know it
    ],
)
def test_copies_of_images_in_one_case_are_no_bulk_export(copies: int, cases: list[str], found: bool) -> None:
    known = [cad_case(number) for number in {*cases, "26-000412"} - {"", "26-999999"}]
    prints = [
        LogEvent(
            NOON + n * HOUR / 12, "ada", EventKind.EXPORT, "XYQ123", results=2.0, case=cases[n % len(cases)]
        )
        for n in range(copies)
    ]
    assert detectors_of(watched(prints, known)) == ({"bulk export"} if found else set())


@pytest.mark.clause("6.a.ii.2/group")
def test_exports_of_somebody_who_leaves_are_told() -> None:
    usual = [search(NOON - day * DAY, case="26-000412") for day in range(30, 0, -1)]
    leaves = LogEvent(
        NOON, "gloria", EventKind.CONFIGURATION, to="ada", what="resignation, last day March 20"
    )
    exports = [export(NOON + day * DAY) for day in range(1, 7)]
    findings = watched([*usual, leaves, *exports], [cad_case(opened_at=BEGIN - 40 * DAY)], day_shifts("ada"))
    assert detectors_of(findings) == {"before leaving"}


def ordinary(days: int = 30) -> list[LogEvent]:
    """Four searches a day of each of four officers."""
    return [
        search(NOON + day * DAY + n * HOUR, f"{who[:1]}{n}Q{day:03d}", who, case="26-000412")
        for day in range(-days, 0)
        for who in OFFICERS
        for n in range(4)
    ]


@pytest.mark.clause("6.a.ii.2/group")
def test_volume_is_told_at_the_fifteenth_search_of_an_hour_or_the_twentieth_of_a_day() -> None:
    case, minute = [cad_case(plates=[], opened_at=BEGIN - 60 * DAY)], HOUR / 60
    burst = [search(NOON + n * minute, f"ZZQ{n:03d}", "o1", case="26-000412") for n in range(25)]
    [found] = watched([*ordinary(), *burst], case, people=OFFICERS)
    assert (found.detector, found.subject, found.at) == ("volume", "o1", burst[14].at)
    spread = [replace(event, at=NOON + n * HOUR / 2) for n, event in enumerate(burst)]
    [found] = watched([*ordinary(), *spread], case, people=OFFICERS)
    assert (found.detector, found.subject, found.at) == ("volume", "o1", spread[19].at)
    assert watched([*ordinary(), *burst[:14]], case, people=OFFICERS) == []


@pytest.mark.clause("6.a.ii.2/group")
def test_where_the_unit_or_the_person_searches_so_much_as_a_rule_it_is_no_burst() -> None:
    case = [cad_case(plates=[], opened_at=BEGIN - 60 * DAY)]
    days = {who: [NOON + day * DAY for day in range(-9, 1)] for who in OFFICERS}
    busy = [
        search(at + n * HOUR / 60, f"{who}Q{n}{at.day}", who, case="26-000412")
        for who in OFFICERS
        for at in days[who]
        for n in range(25)
    ]
    assert watched(busy, case, people=OFFICERS) == []
    alone = [
        replace(event, at=event.at - day * DAY)
        for event in busy
        if event.person == "o1"
        for day in (0, 10, 20)
    ]
    analyst = {**OFFICERS, "o1": replace(OFFICERS["o1"], role="analyst")}
    assert watched([*ordinary(), *alone], case, people=analyst) == []


@pytest.mark.clause("6.a.ii.2/group")
def test_one_search_of_many_plates_is_one() -> None:
    many = [search(NOON, f"ZZQ{n:03d}", "o1", case="26-000412") for n in range(60)]
    case = [cad_case(plates=[], opened_at=BEGIN - 60 * DAY)]
    assert watched([*ordinary(), *many], case, people=OFFICERS) == []


def test_a_threshold_can_be_changed() -> None:
    exports = [export(NOON, results=2500.0)]
    assert watched(exports, numbers={"bulk export": {"results": 5000}}) == []
