"""Calendar days are the agency's, in its own time zone: some have 23 hours, some 25."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward.ground import clock


def today() -> date:
    """The agency's date now."""
    return day_of(clock.now())


def day_of(moment: datetime) -> date:
    """The agency's date at a moment."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def start_of(day: date) -> datetime:
    """When the day begins."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))


def end_of(day: date) -> datetime:
    """When the day ends, and the next begins."""
    return start_of(day + timedelta(days=1))


def last_day(end: datetime) -> date:
    """The last day before this moment, at which something ends."""
    return day_of(end - timedelta(microseconds=1))


def format_time(moment: datetime) -> str:
    """A moment as a sentence states it, in the agency's time."""
    at = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return f"{clock.format_day(at)}, {at:%H:%M %Z}"


def format_moment(moment: datetime) -> str:
    """A moment to the second, as a page shows it: with the date only where that is not today's.
    The page's foot names the zone; it is given where an hour comes twice."""
    at = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    zone = "" if at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset() else f"{at: %Z}"
    day = "" if at.date() == today() else f"{clock.format_day(at)}, "
    return f"{day}{at:%H:%M:%S}{zone}"
