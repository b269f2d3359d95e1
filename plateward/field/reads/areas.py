"""Areas of a search on the map; and as JSON, which a page sends and a search keeps. Pure.

`{"box": [south, west, north, east]}`, `{"circle": [lat, lon, meters]}` or `{"road": [[lat, lon], …], "meters": 200}`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import msgspec

from plateward.ground.errors import PlatewardError
from plateward.ground.wire.distance import EARTH_M, meters_between

METERS_PER_DEGREE = EARTH_M * math.pi / 180
MOST_POINTS = 200  # of a line drawn by hand
LONGEST = 20_000  # characters
NEAREST_M, FARTHEST_M = 1.0, 200_000.0  # of a circle's or corridor's reach
LONGEST_STRETCH_M = 2_000_000.0  # of a road: straight on the map is not straight on the earth


class BadQuery(PlatewardError):
    """A query that makes no sense; says why, and what to change."""


@dataclass(frozen=True)
class Box:
    """Degrees, WGS 84. With `west` east of `east` it crosses the 180th meridian."""

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        if not (-90 <= self.south < self.north <= 90):
            raise BadQuery("The box's south edge is not below its north edge. Draw the box again.")
        if not (-180 <= self.west <= 180 and -180 <= self.east <= 180) or self.east - self.west in (0, -360):
            raise BadQuery("The box's west and east edges are the same longitude. Draw the box again.")

    def bounds(self) -> tuple["Box", ...]:
        """Boxes that do not cross the 180th meridian and cover the area."""
        if self.west < self.east:
            return (self,)
        halves = ((self.west, 180.0), (-180.0, self.east))
        return tuple(Box(self.south, west, self.north, east) for west, east in halves if west < east)

    def contains(self, lat: float, lon: float) -> bool:
        """Whether the point lies in the area."""
        if not self.south <= lat <= self.north:
            return False
        return (
            self.west <= lon <= self.east if self.west < self.east else lon >= self.west or lon <= self.east
        )


@dataclass(frozen=True)
class Circle:
    """Within `meters` of a point."""

    lat: float
    lon: float
    meters: float

    def __post_init__(self) -> None:
        _require_point(self.lat, self.lon)
        _require_reach(self.meters)

    def bounds(self) -> tuple[Box, ...]:
        """Boxes that do not cross the 180th meridian and cover the area."""
        return _around(self.lat, self.lat, self.lon, self.lon, self.meters)

    def contains(self, lat: float, lon: float, slack_m: float = 0) -> bool:
        """Whether the point lies in the area, or at most `slack_m` outside."""
        return meters_between(self.lat, self.lon, lat, lon) <= self.meters + slack_m


@dataclass(frozen=True)
class Corridor:
    """Within `meters` of a line drawn by hand, its points as (lat, lon) in degrees."""

    points: tuple[tuple[float, float], ...]
    meters: float

    def __post_init__(self) -> None:
        if not 2 <= len(self.points) <= MOST_POINTS:
            raise BadQuery(f"A road has 2 to {MOST_POINTS} points. Draw it again.")
        for lat, lon in self.points:
            _require_point(lat, lon)
        _require_reach(self.meters)
        if any(abs(a[1] - b[1]) > 180 for a, b in pairwise(self.points)):
            raise BadQuery("The road crosses the 180th meridian. Search each side separately.")
        if any(meters_between(*a, *b) > LONGEST_STRETCH_M for a, b in pairwise(self.points)):
            raise BadQuery(
                f"A stretch of the road is longer than {LONGEST_STRETCH_M / 1000:,.0f} km. Draw it with more points."
            )

    def bounds(self) -> tuple[Box, ...]:
        """Boxes that do not cross the 180th meridian and cover the area: one for each stretch."""
        return tuple(
            box
            for (a, b), (c, d) in pairwise(self.points)
            for box in _around(min(a, c), max(a, c), min(b, d), max(b, d), self.meters)
        )

    def contains(self, lat: float, lon: float, slack_m: float = 0) -> bool:
        """Whether the point lies in the area, or at most `slack_m` outside."""
        return any(
            _meters_from_stretch(lat, lon, start, end) <= self.meters + slack_m
            for start, end in pairwise(self.points)
        )

    def stretches(self) -> Iterator["Corridor"]:
        """The corridor of each straight stretch."""
        for ends in pairwise(self.points):
            yield Corridor(ends, self.meters)


Area = Box | Circle | Corridor


def _meters_from_stretch(
    lat: float, lon: float, start: tuple[float, float], end: tuple[float, float]
) -> float:
    """The distance from a straight stretch, on the plane around the point: exact enough up to 200 km."""
    scale = math.cos(math.radians(lat))
    middle = (start[1] + end[1]) / 2
    # Of the whole stretch: its ends stay on one side of the earth.
    turn = (middle - lon + 540) % 360 - 180 - middle

    def plane(point: tuple[float, float]) -> tuple[float, float]:
        return (point[1] + turn) * scale * METERS_PER_DEGREE, (point[0] - lat) * METERS_PER_DEGREE

    (ax, ay), (bx, by) = plane(start), plane(end)
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    return math.hypot(ax + along * dx, ay + along * dy)


def _around(south: float, north: float, west: float, east: float, meters: float) -> tuple[Box, ...]:
    south = max(-90.0, south - meters / METERS_PER_DEGREE)
    north = min(90.0, north + meters / METERS_PER_DEGREE)
    narrowest = math.cos(math.radians(min(89.0, max(abs(south), abs(north)))))
    reach = meters / METERS_PER_DEGREE / narrowest
    west, east = west - reach, east + reach
    if east - west >= 360:
        return (Box(south, -180.0, north, 180.0),)
    return Box(south, (west + 540) % 360 - 180, north, (east + 540) % 360 - 180).bounds()


def _require_point(lat: float, lon: float) -> None:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadQuery("A point lies outside the map. Draw it again.")


def _require_reach(meters: float) -> None:
    if not NEAREST_M <= meters <= FARTHEST_M:
        raise BadQuery(f"The distance is at least {NEAREST_M:.0f} m and at most {FARTHEST_M / 1000:.0f} km.")


class _Drawn(msgspec.Struct):
    box: tuple[float, float, float, float] | None = None
    circle: tuple[float, float, float] | None = None
    road: tuple[tuple[float, float], ...] | None = None
    meters: float | None = None


def read_area(text: str) -> Area | None:
    """The area; None for no text. Raises BadQuery for anything else."""
    if not text:
        return None
    try:
        drawn = msgspec.json.decode(text if len(text) <= LONGEST else "", type=_Drawn)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if drawn.box:
        return Box(*drawn.box)
    if drawn.circle:
        return Circle(*drawn.circle)
    if drawn.road is not None and drawn.meters is not None:
        return Corridor(drawn.road, drawn.meters)
    raise _unreadable()


def _unreadable() -> BadQuery:
    return BadQuery("The area on the map cannot be read. Draw it again.")
