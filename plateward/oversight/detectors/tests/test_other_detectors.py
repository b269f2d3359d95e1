from datetime import datetime

import pytest

from plateward.oversight.detectors.records import Event, EventKind
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

NOON = BEGIN + 12 * HOUR


def export(at: datetime, results: float | None = None) -> Event:
    return Event(at, "ada", EventKind.EXPORT, results=results)


@pytest.mark.clause("6.j.i")
def test_an_export_of_thousands_of_rows_is_a_bulk_export() -> None:
    assert detectors_of(watched([export(NOON, results=2500.0)])) == {"bulk export"}


@pytest.mark.clause("6.j.i")
def test_five_exports_in_a_day_are_a_bulk_export_and_one_a_day_is_none() -> None:
    assert detectors_of(watched([export(NOON + n * HOUR) for n in range(5)])) == {"bulk export"}
    assert watched([export(NOON + n * DAY, results=40.0) for n in range(5)]) == []


@pytest.mark.clause("6.j.i", "6.h.iv")
@pytest.mark.parametrize(
    ("copies", "cases", "found"),
    [
        (12, ["26-000412"], False),  # the pictures of one case
        (81, ["26-000412"], True),  # more than a case has
        (12, [f"26-00{n:04d}" for n in range(12)], True),
        (12, [""], True),
        (12, ["26-999999"], True),  # CAD does not know it
    ],
)
def test_copies_of_images_in_one_case_are_no_bulk_export(copies: int, cases: list[str], found: bool) -> None:
    known = [cad_case(number) for number in {*cases, "26-000412"} - {"", "26-999999"}]
    prints = [
        Event(
            NOON + n * HOUR / 12, "ada", EventKind.EXPORT, "XYQ123", results=2.0, case=cases[n % len(cases)]
        )
        for n in range(copies)
    ]
    assert detectors_of(watched(prints, known)) == ({"bulk export"} if found else set())


@pytest.mark.clause("6.a.ii.2")
def test_exports_of_somebody_who_leaves_are_told() -> None:
    usual = [search(NOON - day * DAY, case="26-000412") for day in range(25, 0, -1)]
    leaves = Event(NOON, "gloria", EventKind.CONFIGURATION, to="ada", what="resignation, last day March 20")
    exports = [export(NOON + day * DAY) for day in range(1, 7)]
    findings = watched([*usual, leaves, *exports], [cad_case(opened_at=BEGIN - 40 * DAY)], day_shifts("ada"))
    assert detectors_of(findings) == {"before leaving"}


@pytest.mark.clause("6.a.ii.2")
def test_exports_before_the_last_rostered_shift_are_told_the_day_of_the_fifth() -> None:
    usual = [search(NOON - day * DAY, case="26-000412") for day in range(25, 0, -1)]
    last = [shift for shift in day_shifts("ada") if shift.start < BEGIN + 7 * DAY]
    exports = [export(NOON + day * DAY) for day in range(7)]
    case, others = cad_case(opened_at=BEGIN - 40 * DAY), day_shifts("ben")
    findings = watched([*usual, *exports], [case], [*last, *others])
    assert [(f.detector, f.at) for f in findings] == [("before leaving", BEGIN + 5 * DAY)]
    assert watched([*usual, *exports[:4]], [case], [*last, *others]) == []
    assert watched([*usual, *exports], [case], [*day_shifts("ada"), *others]) == []
    after_vacation = [shift for shift in day_shifts("ada") if shift.start >= BEGIN + 40 * DAY]
    assert watched([*usual, *exports], [case], [*last, *after_vacation, *others]) == []


@pytest.mark.clause("6.a.ii.2")
def test_a_week_of_searches_far_above_colleagues_is_told_that_evening() -> None:
    others = [
        search(NOON + day * DAY, person=who, case="26-000412") for day in range(7) for who in ("ben", "carla")
    ]
    mine = [search(NOON + n * HOUR / 9, f"AAQ{n:03d}", case="") for n in range(40)]
    findings = [f for f in watched([*others, *mine], [cad_case()]) if f.detector == "volume"]
    assert [(finding.subject, finding.at) for finding in findings] == [("ada", BEGIN + DAY)]


@pytest.mark.clause("SB40.share")
def test_sharing_opened_to_the_nation_is_told_at_once_and_outside_the_chain() -> None:
    opened = Event(NOON, "gloria", EventKind.CONFIGURATION, what="nationwide lookup turned on")
    findings = watched([opened])
    assert [(f.at, f.detector, f.to) for f in findings] == [
        (NOON, "sharing drift", ("inspector general", "CJIS officer"))
    ]


@pytest.mark.clause("SB40.share")
def test_sharing_closed_again_is_no_drift() -> None:
    closed = Event(NOON, "gloria", EventKind.CONFIGURATION, what="nationwide lookup turned off")
    assert watched([closed]) == []


@pytest.mark.clause("SB40.share")
def test_agency_after_agency_is_drift_and_a_partner_with_a_case_is_none() -> None:
    added = [Event(NOON + n * DAY, "ben", EventKind.SHARE, to=f"Agency {n}") for n in range(5)]
    partner = [
        Event(NOON + n * DAY, "ada", EventKind.SHARE, to="Santa Fe PD", reason="joint case", case="26-000412")
        for n in range(30)
    ]
    findings = watched(added + partner)
    assert detectors_of(findings, "ben") == {"sharing drift"}
    assert detectors_of(findings, "ada") == set()


@pytest.mark.clause("6.b.i.8")
def test_access_that_nobody_uses_is_told_after_ninety_days() -> None:
    used = [search(NOON + day * DAY, person="ben", case="26-000412") for day in range(0, 120, 10)]
    findings = watched([search(NOON, case="26-000412"), *used], [cad_case(opened_at=BEGIN, plates=[])])
    unused = [finding for finding in findings if finding.detector == "unused access"]
    assert len(unused) == len({finding.subject for finding in unused})
    assert "ben" not in {finding.subject for finding in unused}
    assert min(finding.at for finding in unused) > NOON + 90 * DAY


def test_a_threshold_can_be_changed() -> None:
    exports = [export(NOON, results=2500.0)]
    assert watched(exports, thresholds=Thresholds(export_rows=5000)) == []


@pytest.mark.clause("SB40.share")
def test_a_share_that_is_widened_is_told_at_once_and_agreed_ones_are_not() -> None:
    agreed = [
        Event(NOON + n * DAY, "gloria", EventKind.SHARE, to=f"PD {n}", reason=f"agreement 26-{n}")
        for n in range(5)
    ]
    assert watched(agreed) == []
    wider = Event(
        NOON + 9 * DAY, "gloria", EventKind.SHARE, to="PD 1", what="access widened to a year", reason="asked"
    )
    (finding,) = watched([*agreed, wider])
    assert (finding.detector, finding.at) == ("sharing drift", wider.at)
    assert "Widened what is shared with PD 1" in finding.sentence
