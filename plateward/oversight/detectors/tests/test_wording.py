"""A finding claims of case numbers what is known, and no more."""

from dataclasses import replace

import pytest

from plateward.oversight.detectors.records import Claim, Event, EventKind
from plateward.oversight.detectors.signs import Reading
from plateward.oversight.detectors.testing import BEGIN, DAY, HOUR, cad_case, day_shifts, search, watched
from plateward.oversight.detectors.wording import claims_of

NOON = BEGIN + 12 * HOUR
UNCHECKED = "with a number that was not checked with CAD"


def test_each_number_is_named_by_what_is_known_of_it() -> None:
    claims = [
        Claim.MISSING,
        Claim.MISSING,
        Claim.UNKNOWN,
        Claim.UNJUDGED,
        Claim.OPEN,
        Claim.OPEN_WITHOUT_PLATE,
    ]
    searches = [Reading(search(NOON), claim) for claim in [*claims, Claim.PLATE_NAMED]]
    assert claims_of(searches) == (
        "Case numbers: 2 with no case number, 2 with a number that belongs to an open case for which CAD names no "
        "plate, 1 with a number that is unknown to CAD, 1 with a number that was not checked with CAD."
    )
    assert claims_of(searches[-1:]) == ""


@pytest.mark.clause("6.a.ii.2", "6.a.iii")
@pytest.mark.parametrize(
    ("detector", "events"),
    [
        ("off-shift", [search(BEGIN + n * DAY + 22 * HOUR, f"AAQ{n:03d}") for n in range(8)]),
        ("vague reasons", [search(NOON + n * HOUR, f"AAQ{n:03d}", reason="investigation") for n in range(8)]),
        (
            "reason reuse",
            [search(NOON + n * HOUR, f"AAQ{n:03d}", reason="Kessler matter") for n in range(12)],
        ),
        (
            "volume",
            [
                *(search(NOON + n * HOUR, f"AAQ{n:03d}") for n in range(60)),
                *(search(NOON, "BBQ111", colleague) for colleague in ("ben", "carla")),
            ],
        ),
        (
            "before leaving",
            [
                *(search(NOON - n * 6 * DAY, f"BBQ{n:03d}") for n in range(1, 9)),
                *(search(NOON - n * DAY, f"AAQ{n:03d}") for n in range(11)),
                Event(NOON, "gloria", EventKind.CONFIGURATION, to="ada", what="resignation"),
            ],
        ),
    ],
)
def test_where_cad_was_not_asked_no_finding_says_that_no_case_explains_it(
    detector: str, events: list[Event]
) -> None:
    numbered = [
        replace(event, case=f"26-7{n:05d}", claim=Claim.UNJUDGED) if event.kind is EventKind.SEARCH else event
        for n, event in enumerate(events)
    ]
    findings = [f for f in watched(numbered, [cad_case()], day_shifts("ada")) if f.detector == detector]
    assert findings
    assert all("no case explains" not in finding.sentence.lower() for finding in findings)
    assert UNCHECKED in findings[0].sentence


@pytest.mark.clause("6.a.ii.3")
@pytest.mark.parametrize(
    ("claim", "says"),
    [
        (Claim.UNJUDGED, "case 26-7, a number that was not checked with CAD."),
        (Claim.UNKNOWN, "case 26-7, a number that is unknown to CAD."),
    ],
)
def test_of_a_colleagues_plate_it_says_what_cad_said(claim: Claim, says: str) -> None:
    [finding] = watched([search(NOON, "BEQ100", case="26-7", claim=claim)], [cad_case()])
    assert finding.sentence.endswith(says)
    [exported] = watched([Event(NOON, "ada", EventKind.EXPORT, "BEQ100", case="26-7")], [cad_case()])
    assert exported.sentence.endswith("Given: no reason, case 26-7.")
