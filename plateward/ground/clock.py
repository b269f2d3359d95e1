"""The single clock for rules such as terms, retention, penalties and training; a test can set it."""

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
    """The time is `moment` inside the block; for tests and for looking at a past date."""
    token = _moved_to.set(moment)
    try:
        yield
    finally:
        _moved_to.reset(token)


def format_day(day: date) -> str:
    """A day as pages show it: "November 26, 2026". Machine formats use ISO 8601."""
    return f"{day:%B} {day.day}, {day.year}"


def format_span(length: timedelta) -> str:
    """A duration in the largest unit that fits twice, such as "3 hours" or "2 days"; else in seconds."""
    seconds = max(0, int(length.total_seconds()))
    units = {"days": 86_400, "hours": 3600, "minutes": 60}
    unit, unit_seconds = next(((u, s) for u, s in units.items() if seconds >= 2 * s), ("seconds", 1))
    return "1 second" if seconds == 1 else f"{seconds // unit_seconds} {unit}"
