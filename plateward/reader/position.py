"""Where the reader is: a fixed place, or a recorded GPX track, driven from the moment it starts."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Protocol
from xml.etree.ElementTree import ParseError

import gpxpy
from gpxpy.gpx import GPXException

from plateward.ground.wire.read import Position
from plateward.reader.errors import NotReady

MAX_GPX_BYTES = 64 * 2**20
# GPX files give dilution of precision, not meters; 5 m is the usual range error of a civil receiver.
METERS_PER_HDOP = 5.0
MAX_AGE_S = 31_536_000.0  # the wire's limit: a year
EARTH_RADIUS_M = 6_371_000.0


@dataclass(frozen=True)
class Fix:
    """`heading` in degrees from true north, 0 to 360, or None if unknown (standing still)."""

    position: Position
    heading: float | None


class Positions(Protocol):
    def at(self, moment: datetime) -> Fix:
        """Where the reader was at `moment` (aware, UTC)."""
        ...


@dataclass(frozen=True)
class FixedPosition:
    """A surveyed place: its age means nothing, so it has none."""

    fix: Fix

    def at(self, moment: datetime) -> Fix:  # noqa: ARG002
        return self.fix


def parse_position(text: str) -> FixedPosition:
    """`LAT,LON[,ACCURACY[,HEADING]]`: WGS 84 degrees, accuracy in meters, and which way the traffic goes that it sees,
    in degrees from true north."""
    try:
        lat, lon, *rest = (float(part) for part in text.split(","))
        accuracy, heading = (*rest, None, None)[:2]
        wrong = len(rest) > 2 or not _on_earth(lat, lon)
    except ValueError:
        wrong = True
    if wrong or not (accuracy is None or 0 <= accuracy <= 1e6) or not (heading is None or 0 <= heading < 360):
        raise NotReady(
            f"--position '{text}' is not a place: give latitude and longitude in degrees, then, if known, meters and "
            "heading, for example --position 35.0844,-106.6504,5,180."
        )
    return FixedPosition(Fix(Position(lat=lat, lon=lon, accuracy_m=accuracy, age_s=None), heading))


@dataclass(frozen=True)
class _Point:
    seconds: float  # since the track's first point
    lat: float
    lon: float
    accuracy: float | None


class Track:
    """A track whose first point is passed at `start`; after its last point that place holds and ages."""

    def __init__(self, points: list[_Point], start: datetime, loop: bool = False) -> None:
        self._points = points
        self._seconds = [point.seconds for point in points]
        self._start = start
        self._loop = loop

    def at(self, moment: datetime) -> Fix:
        elapsed = max(0.0, (moment - self._start).total_seconds())
        length = self._seconds[-1]
        if self._loop and length > 0:
            elapsed %= length
        after = bisect_right(self._seconds, elapsed)
        before = self._points[after - 1]
        age = elapsed - before.seconds
        if after == len(self._points):
            return Fix(Position(before.lat, before.lon, before.accuracy, min(age, MAX_AGE_S)), None)
        following = self._points[after]
        part = age / (following.seconds - before.seconds)
        turn = (following.lon - before.lon + 180) % 360 - 180  # the short way, even across the date line
        lat = before.lat + part * (following.lat - before.lat)
        lon = (before.lon + part * turn + 180) % 360 - 180
        return Fix(Position(lat, lon, before.accuracy, age), _heading(before, following))


def read_track(path: Path, start: datetime, loop: bool = False) -> Track:
    """The timed points of every track in a GPX file, in time order."""
    try:
        if path.stat().st_size > MAX_GPX_BYTES:
            raise NotReady(f"The GPX file {path} is larger than {MAX_GPX_BYTES // 2**20} MiB.")
        gpx = gpxpy.parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotReady(f"The GPX file {path} cannot be read: {error.strerror}.") from error
    except (GPXException, ParseError, ValueError) as error:
        raise NotReady(f"{path} is not a readable GPX file: {error}.") from error
    segments = [segment for track in gpx.tracks for segment in track.segments]
    # GPX times are in UTC, even where a recorder leaves out the zone.
    timed = [
        (point.time if point.time.tzinfo else point.time.replace(tzinfo=UTC), point)
        for segment in segments
        for point in segment.points
        if point.time
    ]
    timed.sort(key=itemgetter(0))
    if not timed:
        raise NotReady(f"The GPX file {path} has no track point with a time; a reader needs time and place.")
    points: list[_Point] = []
    for moment, point in timed:
        seconds = (moment - timed[0][0]).total_seconds()
        if not _on_earth(point.latitude, point.longitude):
            raise NotReady(f"The GPX file {path} has a point that is not on Earth, at {moment}.")
        if not points or seconds > points[-1].seconds:
            hdop = point.horizontal_dilution
            accuracy = float(hdop) * METERS_PER_HDOP if hdop is not None and 0 <= hdop < 1000 else None
            points.append(_Point(seconds, float(point.latitude), float(point.longitude), accuracy))
    return Track(points, start, loop)


def _on_earth(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 180


def _heading(a: _Point, b: _Point) -> float | None:
    """The bearing from a to b; None if they are less than a meter apart."""
    lat_a, lat_b, turn = math.radians(a.lat), math.radians(b.lat), math.radians(b.lon - a.lon)
    east = math.sin(turn) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(turn)
    if math.hypot(east, north) * EARTH_RADIUS_M < 1:
        return None
    # Twice, because the first turns a tiny negative angle into exactly 360.
    return math.degrees(math.atan2(east, north)) % 360 % 360
