"""A moment as a person types it, in the agency's time zone; impossible and ambiguous ones raise."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.people import days

MAX_LENGTH = 40  # characters
EARLIEST_YEAR = 2000  # year


class NotATime(PlatewardError):
    """This text is not a past or present moment."""


def parse_time(text: str) -> datetime:
    """`2026-03-01` is the end of that day, or now if it is today; `2026-03-01T14:30` that minute.

    A time without an offset is the agency's. Raises NotATime."""
    text = text.strip()
    try:
        if len(text) > MAX_LENGTH:
            raise ValueError(text)
        given = datetime.fromisoformat(text)
        if not EARLIEST_YEAR <= given.year < datetime.max.year:
            raise ValueError(text)
    except ValueError as wrong:
        raise NotATime(
            f"'{text[:MAX_LENGTH]}' is not a date or time. Enter 2026-03-01 or 2026-03-01T14:30."
        ) from wrong
    now = clock.now()
    if len(text) <= len("2026-03-01"):
        day = given.date()
        end = days.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)
        at = now if day == days.today() else end
    elif given.tzinfo:
        at = given
    else:
        at = localized(given)
    if at > now:
        raise NotATime(f"{text} is in the future; access at that time is not known.")
    return at.astimezone(UTC)


def localized(given: datetime) -> datetime:
    """A time of the agency's clocks. Raises NotATime if they skipped it, or if it came twice."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first, second = given.replace(tzinfo=zone, fold=0), given.replace(tzinfo=zone, fold=1)
    back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if back != given:
        raise NotATime(
            f"{given:%Y-%m-%d %H:%M} did not occur: clocks were set forward. An hour later they showed {back:%H:%M}."
        )
    if first.utcoffset() != second.utcoffset():
        both = " or ".join(moment.isoformat(timespec="seconds") for moment in (first, second))
        raise NotATime(
            f"{given:%Y-%m-%d %H:%M} occurred twice because the clocks were set back. Enter {both}."
        )
    return first
