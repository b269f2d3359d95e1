"""What a GPS receiver says of a drive, as NMEA 0183: in a log for gpsd's own simulator, gpsfake, or over TCP.

    python -m plateward.simulators.gps --port 8455 --place 35.0844,-106.6504

It patrols north and south of that place, and says so once a second to whoever connects.
"""

import socketserver
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import cos, radians, sin
from pathlib import Path

from plateward.simulators.running import PlainServer, command_parser, run

METERS_A_DEGREE = 111_195.0
KNOTS = 1.943844  # in a meter a second
PATROL_S, PATROL_M_S = 60, 8.0  # so long one way, then back


class GpsMode(StrEnum):
    """What it says: where it is, that it has NO_FIX, or nothing."""

    NO_FIX = "no_fix"
    NORMAL = "normal"
    SILENT = "silent"


class GpsSimulator(PlainServer):
    """A receiver. While it runs, `mode` may be changed."""

    def __init__(
        self,
        place: tuple[float, float],
        mode: GpsMode = GpsMode.NORMAL,
        port: int = 0,
        host: str = "127.0.0.1",
    ) -> None:
        self.place, self.mode = place, mode
        super().__init__((host, port), _Conversation)

    def sentences(self, at: datetime) -> bytes:
        """What it says at that moment."""
        if self.mode is GpsMode.SILENT:
            return b""
        back, seconds = divmod(at.timestamp() % (2 * PATROL_S), PATROL_S)
        north = (PATROL_S - seconds if back else seconds) * PATROL_M_S
        where = (self.place[0] + north / METERS_A_DEGREE, self.place[1])
        status = "V" if self.mode is GpsMode.NO_FIX else "A"
        return nmea_second(where, 180.0 if back else 0.0, PATROL_M_S, at, status=status)


class _Conversation(socketserver.BaseRequestHandler):
    server: GpsSimulator

    def handle(self) -> None:
        with suppress(OSError):
            while True:
                self.request.sendall(self.server.sentences(datetime.now(UTC)))
                if self.server.stopping.wait(1):
                    return


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
    time = f"{at:%H%M%S}.{at.microsecond // 10_000:02}"
    gga = f"GPGGA,{time},{where},1,08,0.9,1500.0,M,-20.0,M,,"
    rmc = f"GPRMC,{time},{status},{where},{speed * KNOTS:.1f},{heading:.1f},{at:%d%m%y},,,{mode}"
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


def main() -> None:
    parser = command_parser("plateward.simulators.gps", "GPS receiver", GpsMode, tls=False)
    parser.add_argument("--place", required=True, help="LAT,LON in degrees")
    options = parser.parse_args()

    def start() -> GpsSimulator:
        lat, lon = map(float, options.place.split(","))
        return GpsSimulator((lat, lon), options.mode, options.port, options.host)

    run("GPS", options, start)


if __name__ == "__main__":
    main()
