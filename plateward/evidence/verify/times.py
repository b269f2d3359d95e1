"""Times of a package: parsed once, in UTC, and of years in which there are packages. Needs no Django."""

from datetime import datetime, timedelta

CLOCKS_MAY_DIFFER = timedelta(minutes=5)
YEARS = range(2000, 2200)


def moment(text: str) -> datetime:
    """A time as the hub writes it. Raises ValueError."""
    return sane(datetime.fromisoformat(text))


def sane(at: datetime) -> datetime:
    """The same time, if it can be one of a package. Raises ValueError."""
    if at.utcoffset() != timedelta(0):
        raise ValueError("its time is not in UTC")
    if at.year not in YEARS:
        raise ValueError(f"its time is of the year {at.year}")
    return at
