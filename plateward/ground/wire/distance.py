"""How far places are from each other."""

from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_009.0  # mean radius, meters
MILE = 1609.344  # meters


def meters_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance of two places (WGS 84, degrees) over the ground, on a round earth."""
    first, second = radians(lat), radians(other_lat)
    half = sin((second - first) / 2) ** 2
    half += cos(first) * cos(second) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))
