"""The one clock for rules, so that a test can move it: terms, retention, penalties, training."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

_moved_to: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """The time in UTC, with microseconds (CJIS AU-8 asks for 1/100 s)."""
    return _moved_to.get() or datetime.fromtimestamp(time.time(), UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment`; for tests and for looking at a past date."""
    token = _moved_to.set(moment)
    try:
        yield
    finally:
        _moved_to.reset(token)


def format_day(day: date) -> str:
    """A day as pages and sentences say it: "November 26, 2026". Machines get ISO 8601."""
    return f"{day:%B} {day.day}, {day.year}"


def format_span(length: timedelta) -> str:
    """A length of time in the largest unit that it holds twice: "1 second", "3 hours", "2 days"."""
    seconds = max(0, int(length.total_seconds()))
    units = {"days": 86_400, "hours": 3600, "minutes": 60}
    unit, unit_seconds = next(((u, s) for u, s in units.items() if seconds >= 2 * s), ("seconds", 1))
    return "1 second" if seconds == 1 else f"{seconds // unit_seconds} {unit}"
