"""What of an entry counts, entry by entry."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf, salted_line
from plateward.oversight.transparency.counting import COUNTED, FIGURES, Span, Tally, count_line

pytestmark = pytest.mark.clause("SB40.report/yearly")
YEAR = Span.of_year(2026, ZoneInfo("America/Denver"))


def line(event: str, at: str = "2026-07-01T15:04:05.060000Z", ended: Any = "done", **details: Any) -> bytes:
    who = "reader-12" if event == Event.BATCH_RECEIVE else "archuleta"
    facts = (0, at, "hub", "person", who, "Ada Archuleta", "", "", event, "thing:1", ended, "", "")
    return salted_line(Leaf(*facts, details))[0]


def counted(*lines: bytes, span: Span = YEAR) -> dict[str, int]:
    """The figures that are not zero."""
    tally = Tally()
    for one in lines:
        count_line(tally, one, span)
    return {name: number for name, number in tally.figures().items() if number}


@pytest.mark.parametrize(
    ("event", "details", "expected"),
    [
        (Event.BATCH_RECEIVE, {"accepted": 200}, {"reads": 200, "cameras": 1}),
        (Event.BATCH_RECEIVE, {"accepted": 0}, {}),
        (Event.ALERT_ARRIVE, {"raised": True}, {"hits": 1}),
        (Event.ALERT_ARRIVE, {"raised": False}, {}),
        (Event.ALERT_ARRIVE, {"historical": True}, {"hits": 1}),
        (
            Event.ALERT_CONFIRM,
            {"plate_agrees": True, "state_agrees": True},
            {"alerts.judged": 1, "alerts.confirmed": 1},
        ),
        (Event.ALERT_CONFIRM, {"plate_agrees": True, "state_agrees": False}, {"alerts.judged": 1}),
        (Event.ALERT_DISPOSE, {"outcome": "enforcement"}, {"alerts.enforcement": 1}),
        (Event.ALERT_DISPOSE, {"outcome": "misread", "mark": 3}, {"alerts.misread": 1, "alerts.judged": 1}),
        (Event.ALERT_DISPOSE, {"outcome": "misread", "amends": True}, {}),
        (Event.ALERT_DENY, {"closes": True}, {"alerts.denied": 1}),
        (Event.ALERT_RECALL, {"closes": True}, {"alerts.recalled": 1}),
        (Event.ALERT_RECALL, {"closes": False}, {}),
        (Event.SEARCH_ASK, {"purpose": "felony", "offense": "robbery"}, {"searches.made": 1}),
        (
            Event.SEARCH_ASK,
            {"purpose": "felony", "offense": "robbery", "agency": "AZ0100000"},
            {"searches.made": 1, "agencies.asked": 1},
        ),
        (Event.SEARCH_APPROVE, {"step": 0}, {"searches.approved": 1}),
        (Event.SEARCH_APPROVE, {"step": 1}, {}),
        (Event.SEARCH_REFUSE, {"step": 0}, {"searches.refused": 1}),
        (Event.REVIEW_SIGN, {}, {"audits": 1}),
        (Event.FINDING_REPORT, {"opens": True}, {"findings": 1}),
        (Event.FINDING_REPORT, {}, {}),
        (Event.PENALTY_RECORD, {}, {"upheld": 1}),
        (Event.BREACH_CONFIRM, {"kind": "access"}, {"unauthorized": 1}),
        (Event.BREACH_CONFIRM, {"kind": "device"}, {}),
        (Event.RETENTION_DESTROY, {}, {"days_destroyed": 1}),
        (Event.IMAGE_VIEW, {}, {}),
    ],
)
def test_an_entry_counts_as_what_it_says(
    event: Event, details: dict[str, Any], expected: dict[str, int]
) -> None:
    assert counted(line(event, **details)) == expected


@pytest.mark.parametrize("event", sorted(COUNTED))
def test_what_was_not_done_is_not_counted_but_a_search_that_the_rules_refused(event: str) -> None:
    refused = counted(line(event, ended="refused", accepted=1, opens=True))
    assert refused == ({"searches.refused": 1} if event == Event.SEARCH_ASK else {})
    assert counted(line(event, ended="failed", accepted=1, opens=True)) == {}


def test_a_camera_counts_once_and_searches_by_purpose_and_offense() -> None:
    tally = Tally()
    for one in [
        *[line(Event.BATCH_RECEIVE, accepted=2)] * 3,
        *[line(Event.SEARCH_ASK, purpose="felony", offense="robbery")] * 2,
        line(Event.SEARCH_ASK, purpose="felony", offense="drugs"),
    ]:
        count_line(tally, one, YEAR)
    assert (tally.figures()["cameras"], tally.figures()["reads"]) == (1, 6)
    assert tally.table("searches.purpose") == {"felony": 3}
    assert tally.table("searches.offense") == {"robbery": 2, "drugs": 1}


def test_a_day_is_the_agencys() -> None:
    """July 1 in Denver begins at 6:00 UTC; the day that summer time ends has 25 hours."""
    zone = ZoneInfo("America/Denver")
    first = Span.of(date(2026, 7, 1), date(2026, 7, 2), zone)
    assert counted(line(Event.ALERT_DENY, "2026-07-01T05:59:59.999999Z"), span=first) == {}
    assert counted(line(Event.ALERT_DENY, "2026-07-01T06:00:00.000000Z"), span=first) == {"alerts.denied": 1}
    long = Span.of(date(2026, 11, 1), date(2026, 11, 2), zone)
    assert counted(line(Event.ALERT_DENY, "2026-11-02T06:59:59.999999Z"), span=long) == {"alerts.denied": 1}
    assert counted(line(Event.ALERT_DENY, "2026-11-02T07:00:00.000000Z"), span=long) == {}


def test_every_outcome_of_an_alert_is_a_figure() -> None:
    from plateward.work.alerts.facts import AlertOutcome

    assert {f"alerts.{outcome}" for outcome in AlertOutcome.values} <= FIGURES.keys()
