"""How fresh a list is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plateward.field.hotlists.health import Health, freshness, is_stale, next_time

DENVER = ZoneInfo("America/Denver")
TWICE = ["06:00", "18:00"]


def at(hour: int, minute: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=DENVER)


@pytest.mark.clause("5.h/reports")
@pytest.mark.parametrize(
    ("refreshed", "now", "health", "due"),
    [
        (at(5, 30), at(5, 40), Health.FRESH, at(18)),
        (at(5, 30), at(17, 59), Health.FRESH, at(18)),
        (at(5, 30), at(18, 0), Health.DUE, at(18)),
        (at(5, 30), at(19, 0), Health.DUE, at(18)),
        (at(5, 30), at(19, 1), Health.LATE, at(18)),
        (at(6, 10), at(18, 30), Health.DUE, at(18)),
        (at(23, 59, 9), at(6, 30), Health.DUE, at(6)),
        (at(5, 30, 9), at(6, 30), Health.LATE, at(6)),  # the copy of the evening before is missing, too
        (at(0, 0), at(6, 30), Health.FRESH, at(18)),
        (at(12, 0, 8), at(5, 0), Health.LATE, at(18, 0, 9)),
    ],
)
def test_a_list_that_is_due_twice_a_day(
    refreshed: datetime, now: datetime, health: Health, due: datetime
) -> None:
    result = freshness(refreshed, TWICE, None, DENVER, now)
    assert (result.health, result.next_due) == (health, due)


def test_a_list_that_was_never_filled_is_missed_at_its_first_due_time() -> None:
    assert freshness(None, TWICE, 48, DENVER, at(6, 30)).health is Health.DUE


def test_a_list_without_due_times_is_fresh_until_it_is_stale() -> None:
    now = datetime(2026, 6, 10, tzinfo=UTC)
    assert freshness(now - timedelta(hours=47), [], 48, DENVER, now).health is Health.FRESH
    assert freshness(now - timedelta(hours=48), [], 48, DENVER, now).health is Health.STALE
    assert not is_stale(now - timedelta(days=900), None, now)


@pytest.mark.clause("5.h/reports")
def test_the_day_on_which_clocks_change_has_its_due_times_too() -> None:
    spring = datetime(2026, 3, 8, 1, 0, tzinfo=DENVER)
    assert next_time(["02:30", "06:00"], DENVER, spring).date() == spring.date()
