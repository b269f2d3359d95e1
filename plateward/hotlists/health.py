"""How fresh a list is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from plateward.policy.trace import enforces

GRACE = timedelta(hours=1)  # after its due time a copy is only due, not late


class Health(StrEnum):
    """Worst last."""

    FRESH = "fresh"
    DUE = "due"
    LATE = "late"
    STALE = "stale"

    @property
    def text(self) -> str:
        """In words, for pages."""
        return _TEXTS[self]


_TEXTS = {
    Health.FRESH: "Fresh",
    Health.DUE: "A new copy is due",
    Health.LATE: "A new copy is late",
    Health.STALE: "Stale: nothing on it matches",
}


@dataclass(frozen=True)
class Freshness:
    """`next_due`: by when a copy is expected that has not come; None where none is."""

    health: Health
    next_due: datetime | None


def is_stale(refreshed_at: datetime | None, stale_after_hours: int | None, now: datetime) -> bool:
    """Whether the list is too old to match; one that never goes stale, or was never filled, is not."""
    if refreshed_at is None or stale_after_hours is None:
        return False
    return now - refreshed_at >= timedelta(hours=stale_after_hours)


@enforces("5.h")
def freshness(
    refreshed_at: datetime | None,
    refresh_at: Sequence[str],
    stale_after_hours: int | None,
    zone: tzinfo,
    now: datetime,
) -> Freshness:
    """Whether the copy that was due has come. `refresh_at`: times of day as 06:00 in `zone`, by which one is due.

    A copy counts for a due time when it came in the second half of the time since the one before: of a list due at
    06:00 and 18:00, what came after midnight is the copy of 06:00.
    """
    moments = _due_times(refresh_at, zone, now)
    due = list(pairwise(moments))  # each with the one before it
    passed = [pair for pair in due if pair[1] <= now][-1:]  # of what is missing, only the latest matters
    coming = [pair for pair in due if pair[1] > now]
    missing = next(
        (
            moment
            for before, moment in (*passed, *coming)
            if refreshed_at is None or refreshed_at < moment - (moment - before) / 2
        ),
        None,
    )
    if is_stale(refreshed_at, stale_after_hours, now):
        return Freshness(Health.STALE, missing)
    if missing is None or missing > now:
        return Freshness(Health.FRESH, missing)
    return Freshness(Health.LATE if now - missing > GRACE else Health.DUE, missing)


def _due_times(refresh_at: Sequence[str], zone: tzinfo, now: datetime) -> list[datetime]:
    """Due times from two days ago to two days ahead."""
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in range(-2, 3)]
    return sorted(time_on(day, text, zone) for day in days for text in refresh_at)


def time_on(day: date, text: str, zone: tzinfo) -> datetime:
    """A time of day as 06:00 on a day."""
    return datetime.combine(day, time.fromisoformat(text), zone)


def next_time(times: Sequence[str], zone: tzinfo, now: datetime) -> datetime:
    """The next of some times of day."""
    return next(moment for moment in _due_times(times, zone, now) if moment > now)
