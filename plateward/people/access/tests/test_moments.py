"""A moment as typed, on the agency's clocks, which skip an hour in March and repeat one in November."""

from datetime import UTC, datetime

import pytest

from plateward.ground import clock
from plateward.people.access.register.times import NotATime, parse_time

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.mark.clause("6.b.i.7/lists", "AU-8/clock")
@pytest.mark.parametrize(
    ("text", "is_"),
    [
        ("2026-03-01", "2026-03-02T06:59:59.999999"),
        ("2026-03-08", "2026-03-09T05:59:59.999999"),  # a day of 23 hours
        ("2026-11-01", "2026-11-02T06:59:59.999999"),  # a day of 25
        ("2026-12-01", "2026-12-01T12:00:00"),  # today: now
        (" 2026-03-01T14:30 ", "2026-03-01T21:30:00"),
        ("2026-03-08T01:59:59", "2026-03-08T08:59:59"),
        ("2026-03-08T03:00", "2026-03-08T09:00:00"),
        ("2026-11-01T01:30-06:00", "2026-11-01T07:30:00"),
        ("2026-11-01T01:30-07:00", "2026-11-01T08:30:00"),
        ("2026-03-08T02:30Z", "2026-03-08T02:30:00"),
    ],
)
def test_it_is_one_moment(text: str, is_: str) -> None:
    with clock.set_to(NOW):
        assert parse_time(text) == datetime.fromisoformat(is_).replace(tzinfo=UTC)


@pytest.mark.clause("6.b.i.7/lists")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-03-08T02:30", "did not occur.*showed 03:30"),
        ("2026-11-01T01:30", "occurred twice.*01:30:00-06:00 or 2026-11-01T01:30:00-07:00"),
        ("2026-12-02", "in the future"),
        ("2026-12-01T12:00:01Z", "in the future"),
        ("1999-12-31", "is not a date or time"),
        ("9999-12-31", "is not a date or time"),
        ("0001-01-01T00:00", "is not a date or time"),
        ("yesterday", "is not a date or time"),
        ("2026-02-29", "is not a date or time"),
        ("", "is not a date or time"),
        ("2026-03-01" * 100, "is not a date or time"),
    ],
)
def test_what_never_was_or_came_twice_is_told(text: str, why: str) -> None:
    with clock.set_to(NOW), pytest.raises(NotATime, match=why):
        parse_time(text)
