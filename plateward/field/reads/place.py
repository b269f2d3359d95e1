"""Where something is, in words, with the towns of the maps and the roads that the agency gave."""

from functools import cache

from django.conf import settings

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


def read_place(read: Read | None) -> str:
    """Where the read was taken, or what is known of it."""
    return places().of_read(read)
