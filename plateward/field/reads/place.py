"""Where something is, in words, with the towns of the maps and the roads that the agency gave."""

from datetime import timedelta
from functools import cache

from django.conf import settings

from plateward.ground import clock
from plateward.ground.places.words import UNKNOWN, Places, read_places
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Read


@cache
def places() -> Places:
    """Read once. Raises NoRoads."""
    return read_places(settings.ROADS)


@enforces("5.c/position")
def place_words(
    lat: float | None, lon: float | None, heading: float | None = None, accuracy_m: float | None = None
) -> str:
    """ "2 mi E of La Cienega, I-25 northbound", or that it is not known."""
    if lat is None or lon is None:
        return UNKNOWN
    return places().words(lat, lon, heading, accuracy_m)


@enforces("5.c/position", "5.i/position")
def read_place(read: Read | None) -> str:
    """Where the read was taken. Without it, or its position, that this is not known; if the reader said so, why, and
    where it was last: "Location unknown (no fix); 2 minutes before: 2 mi E of La Cienega"."""
    if read is None or read.position is None:
        last = read.last_position if read else None
        why = f" ({read.position_lack})" if read and read.position_lack else ""
        if last is None:
            return f"{UNKNOWN}{why}"
        before = clock.format_span(timedelta(seconds=last.age_s or 0))
        return f"{UNKNOWN}{why}; {before} before: {place_words(last.lat, last.lon, None, last.accuracy_m)}"
    position = read.position
    return place_words(position.lat, position.lon, read.heading, position.accuracy_m)
