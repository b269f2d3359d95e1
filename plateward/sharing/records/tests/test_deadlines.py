"""The law's clocks, by table."""

from datetime import date, timedelta

import pytest

from plateward.ground.policy.decision import Allow, Refusal
from plateward.sharing.records.deadlines import (
    LONGEST_EXTENSION,
    acknowledge_by,
    answer_by,
    holidays,
    is_told,
    may_extend,
    next_due,
)

pytestmark = pytest.mark.clause("6.h.iii/deadlines")
REASON = "The request asks for every contract since 2010, on paper in three stations."


@pytest.mark.parametrize(
    ("received", "first", "whole"),
    [
        (date(2026, 12, 1), date(2026, 12, 4), date(2026, 12, 16)),  # Tuesday: Friday
        (date(2026, 12, 3), date(2026, 12, 8), date(2026, 12, 18)),  # Thursday: over the weekend
        (date(2026, 12, 5), date(2026, 12, 9), date(2026, 12, 20)),  # Saturday; the answer on a Sunday
        (date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 9)),  # Thanksgiving, and the day after
        (date(2026, 12, 23), date(2026, 12, 29), date(2027, 1, 7)),  # Christmas
        (date(2026, 12, 30), date(2027, 1, 5), date(2027, 1, 14)),  # New Year's Day
        (date(2027, 12, 29), date(2028, 1, 4), date(2028, 1, 13)),  # January 1 is a Saturday: December 31
        (date(2028, 2, 28), date(2028, 3, 2), date(2028, 3, 14)),  # February 29
    ],
)
def test_a_letter_within_three_business_days_and_the_answer_within_fifteen(
    received: date, first: date, whole: date
) -> None:
    assert (acknowledge_by(received), answer_by(received)) == (first, whole)
    assert next_due(received, whole, acknowledged=False) == first
    assert next_due(received, whole, acknowledged=True) == whole


def test_the_holidays_are_those_that_the_state_observes() -> None:
    observed = "01-01 01-19 05-25 06-19 07-03 09-07 10-12 11-11 11-26 11-27 12-25"
    assert sorted(day for day in holidays(2026) if day.year == 2026) == [
        date.fromisoformat(f"2026-{day}") for day in observed.split()
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"open": False}, ""),
        ({"today": date(2026, 12, 17)}, ""),
        ({"until": date(2026, 12, 16)}, "until"),
        ({"until": date(2026, 12, 10) + timedelta(days=LONGEST_EXTENSION + 1)}, "until"),
        ({"reason": "Too much."}, "reason"),
    ],
)
def test_only_a_burdensome_request_is_extended_with_a_reason_before_it_is_due(
    change: dict[str, object], field: str | None
) -> None:
    given = {
        "reason": REASON,
        "due": date(2026, 12, 16),
        "until": date(2027, 1, 8),
        "today": date(2026, 12, 10),
    }
    decision = may_extend(**{**given, "open": True, **change})  # type: ignore[arg-type]
    assert decision == Allow() if field is None else isinstance(decision, Refusal) and decision.field == field


def test_records_is_reminded_before_a_letter_is_due_and_after() -> None:
    due = date(2026, 12, 16)
    told = [is_told(due, due + timedelta(days=at), first=False) for at in (-4, -3, 0, 5)]
    assert told == [False, True, True, True]
    assert [is_told(due, due + timedelta(days=at), first=True) for at in (-2, -1)] == [False, True]
