"""What a GPS receiver says of a drive, as NMEA 0183: for gpsd's own simulator, gpsfake, and for tests."""

from datetime import datetime, timedelta
from math import cos, radians, sin
from pathlib import Path

METERS_A_DEGREE = 111_195.0
KNOTS = 1.943844  # in a meter a second


def nmea_second(
    place: tuple[float, float],
    heading: float,
    speed: float,
    at: datetime,
    *,
    mode: str = "A",
    status: str = "A",
) -> bytes:
    """One second's sentences: `place` in degrees, `heading` in degrees from north, `speed` in meters a second."""
    where = f"{_minutes(place[0], 2)},{'N' if place[0] >= 0 else 'S'},"
    where += f"{_minutes(place[1], 3)},{'E' if place[1] >= 0 else 'W'}"
    gga = f"GPGGA,{at:%H%M%S}.00,{where},1,08,0.9,1500.0,M,-20.0,M,,"
    rmc = f"GPRMC,{at:%H%M%S}.00,{status},{where},{speed * KNOTS:.1f},{heading:.1f},{at:%d%m%y},,,{mode}"
    return _sentence(gga) + _sentence(rmc)


def write_road(
    file: Path, place: tuple[float, float], heading: float, speed: float, begins: datetime, seconds: int
) -> Path:
    """A straight drive from there."""
    north, east = cos(radians(heading)) * speed, sin(radians(heading)) * speed
    with file.open("wb") as road:
        for second in range(seconds):
            lat = place[0] + north * second / METERS_A_DEGREE
            lon = place[1] + east * second / METERS_A_DEGREE / cos(radians(place[0]))
            road.write(nmea_second((lat, lon), heading, speed, begins + timedelta(seconds=second)))
    return file


def _minutes(degrees: float, digits: int) -> str:
    whole = int(abs(degrees))
    return f"{whole:0{digits}}{(abs(degrees) - whole) * 60:08.5f}"


def _sentence(body: str) -> bytes:
    check = 0
    for byte in body.encode():
        check ^= byte
    return f"${body}*{check:02X}\r\n".encode()
