"""How fresh a list is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import TextChoices

from plateward.ground import clock
from plateward.ground.policy.trace import enforces

if TYPE_CHECKING:
    from plateward.field.hotlists.models import HotList

GRACE = timedelta(hours=1)  # after its due time, a copy is due for this long, then late


class Health(TextChoices):
    """From best to worst."""

    FRESH = "fresh", "Fresh"
    EMPTY = "empty", "Not loaded yet"
    DUE = "due", "A new copy is due"
    LATE = "late", "A new copy is late"
    STALE = "stale", "Stale: nothing on it matches"


@dataclass(frozen=True)
class Freshness:
    """`next_due`: when the missing copy is expected; None if there is none."""

    health: Health
    next_due: datetime | None


def is_stale(refreshed_at: datetime | None, stale_after_hours: int | None, now: datetime) -> bool:
    """Whether the list is too old to match; False if it never goes stale or was never filled."""
    if refreshed_at is None or stale_after_hours is None:
        return False
    return now - refreshed_at >= timedelta(hours=stale_after_hours)


def freshness_of(hotlist: "HotList") -> Freshness:
    """Whether this list's due copy has come by now."""
    zone, times = ZoneInfo(settings.TIME_ZONE), hotlist.refresh_times
    return freshness(hotlist.refreshed_at, times, hotlist.stale_after_hours, zone, clock.now())


@enforces("5.h/reports")
def freshness(
    refreshed_at: datetime | None,
    refresh_times: Sequence[str],
    stale_after_hours: int | None,
    zone: tzinfo,
    now: datetime,
) -> Freshness:
    """Whether the due copy has come. `refresh_times`: the times of day in `zone` when one is due, such as 06:00.

    A copy counts for a due time if it came in the second half of the interval before it: for a list due at
    06:00 and 18:00, what came after midnight is the 06:00 copy.
    """
    moments = _due_times(refresh_times, zone, now)
    due = list(pairwise(moments))  # each with the due time before it
    passed = [pair for pair in due if pair[1] <= now][-1:]  # only the latest missing copy matters
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
        return Freshness(Health.FRESH if refreshed_at else Health.EMPTY, missing)
    # While the next copy is due, a list that lacks the one before it as well stays late.
    before = next(before for before, moment in due if moment == missing)
    lacks_two = refreshed_at is not None and refreshed_at < before - (missing - before) / 2
    return Freshness(Health.LATE if lacks_two or now - missing > GRACE else Health.DUE, missing)


def _due_times(refresh_times: Sequence[str], zone: tzinfo, now: datetime) -> list[datetime]:
    """The due times from two days ago to two days ahead."""
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in range(-2, 3)]
    return sorted(time_on(day, text, zone) for day in days for text in refresh_times)


def time_on(day: date, text: str, zone: tzinfo) -> datetime:
    """A time of day, such as 06:00, on a day."""
    return datetime.combine(day, time.fromisoformat(text), zone)


def next_time(times: Sequence[str], zone: tzinfo, now: datetime) -> datetime:
    """The next of these times of day."""
    return next(moment for moment in _due_times(times, zone, now) if moment > now)
