"""A GPS receiver: gpsd over TCP, or NMEA 0183 from a serial device or over TCP."""

import math
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Protocol

import msgspec
import serial
from msgspec import Meta
from pynmeagps import VALCKSUM, NMEAReader

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Position
from plateward.reader.errors import NotReady
from plateward.reader.frames import Say
from plateward.reader.own_link import connect
from plateward.reader.position import Fix
from plateward.reader.whereabouts import GpsReport, Whereabouts

GPSD_PORT = 2947
WATCH = b'?WATCH={"enable":true,"json":true};\n'
LONGEST_LINE = 16_384  # bytes; gpsd's own limit is 10,240, NMEA's 82
CHUNK = 4096
CONNECT_S, TICK_S = 5.0, 1.0
SILENT_S = 10.0  # a receiver that says nothing usable for so long is gone
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before trying again, doubling
# NMEA gives dilution of precision, not meters; 5 m is the usual range error of a civil receiver.
METERS_PER_HDOP = 5.0
MOST_HDOP = 1000.0
MOVING_M_S = 1.0  # slower, a heading is chance
KNOT = 0.514444  # m/s
TRUE_MODES = "ADFRP"  # RMC's: not estimated, entered by hand, or simulated
RATES = (4800, 9600, 19200, 38400, 57600, 115200, 230400)

Parse = Callable[[bytes], GpsReport | None]


class Tpv(msgspec.Struct, tag_field="class", tag="TPV"):
    """gpsd's report of time, position and velocity: what is read of it."""

    mode: int = 0  # 2 and 3: a fix
    time: Annotated[datetime, Meta(tz=True)] | None = None
    lat: float | None = None
    lon: float | None = None
    eph: float | None = None  # meters
    track: float | None = None  # degrees from true north
    speed: float | None = None  # m/s


def _position(lat: object, lon: object, accuracy: object) -> Position | None:
    """A position on Earth; 0, 0 is what a receiver says that has none."""
    if not (isinstance(lat, float | int) and isinstance(lon, float | int) and (lat, lon) != (0, 0)):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    known = isinstance(accuracy, float | int) and 0 <= accuracy <= 1e6
    return Position(float(lat), float(lon), float(accuracy) if known else None)  # type: ignore[arg-type]


def _heading(degrees: object, speed: object) -> float | None:
    if not (isinstance(degrees, float | int) and isinstance(speed, float | int) and speed >= MOVING_M_S):
        return None
    return float(degrees) % 360 % 360 if math.isfinite(degrees) else None


def read_gpsd(line: bytes) -> GpsReport | None:
    """What a line of gpsd says of the position; None if it is about something else, or is damaged."""
    try:
        said = msgspec.json.decode(line, type=Tpv)
    except (ValueError, RecursionError):  # msgspec's own errors are ValueErrors
        return None
    moment = said.time.astimezone(UTC) if said.time else None
    if said.mode not in (2, 3):
        return GpsReport(None, None, moment)
    return GpsReport(_position(said.lat, said.lon, said.eph), _heading(said.track, said.speed), moment)


class NmeaReader:
    """Puts the sentences of NMEA 0183 together: RMC has time, position and heading, GGA how exact it is."""

    def __init__(self) -> None:
        self._hdop: float | None = None

    def read(self, line: bytes) -> GpsReport | None:
        """None for other sentences, and for damaged ones, a wrong checksum among them."""
        try:
            said: Any = NMEAReader.parse(line, validate=VALCKSUM)
            return self._take(said) if said is not None and b"*" in line else None
        except Exception:  # on hostile bytes a decoder may raise anything
            return None

    def _take(self, said: Any) -> GpsReport | None:
        if said.msgID == "GGA":
            self._hdop = said.HDOP if isinstance(said.HDOP, float) and 0 <= said.HDOP < MOST_HDOP else None
        if said.msgID != "RMC":
            return None
        moment = datetime.combine(said.date, said.time, UTC) if said.date and said.time else None
        if said.status != "A" or getattr(said, "posMode", "") not in TRUE_MODES:
            return GpsReport(None, None, moment)
        speed = said.spd * KNOT if isinstance(said.spd, float) else None
        accuracy = None if self._hdop is None else self._hdop * METERS_PER_HDOP
        return GpsReport(_position(said.lat, said.lon, accuracy), _heading(said.cog, speed), moment)


class Lines:
    """Whole lines out of what comes; one that is too long is dropped."""

    def __init__(self) -> None:
        self._rest = b""
        self._too_long = False

    def split(self, chunk: bytes) -> Iterator[bytes]:
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        for line in whole:
            if not self._too_long and len(line) <= LONGEST_LINE:
                yield line + b"\n"
            self._too_long = False
        if len(self._rest) > LONGEST_LINE:
            self._rest, self._too_long = b"", True


class Port(Protocol):
    """An open connection to a receiver."""

    def read(self) -> bytes:
        """What came; nothing if nothing did for a moment. Raises `OSError` if it has ended."""
        ...

    def close(self) -> None: ...


class TcpPort:
    """On a link of the reader's own: who says where a reader is decides what it withholds."""

    def __init__(self, host: str, port: int, greeting: bytes) -> None:
        self._socket = connect(host, port, CONNECT_S, own=True)
        self._socket.settimeout(TICK_S)
        self._socket.sendall(greeting)
        self.close = self._socket.close

    def read(self) -> bytes:
        try:
            chunk = self._socket.recv(CHUNK)
        except TimeoutError:
            return b""
        if not chunk:
            raise ConnectionError("it closed the connection")
        return chunk


class SerialPort:
    def __init__(self, path: str, rate: int) -> None:
        self._port = serial.Serial(path, rate, timeout=TICK_S, exclusive=True)
        self.close = self._port.close

    def read(self) -> bytes:
        return bytes(self._port.read(min(CHUNK, max(1, self._port.in_waiting))))


@dataclass(frozen=True)
class GpsSource:
    """Where a receiver is, how it is opened, and a parser for each connection."""

    name: str
    open: Callable[[], Port]
    parser: Callable[[], Parse]


def parse_gps(text: str) -> GpsSource:
    """`gpsd`, `gpsd://HOST:PORT`, `nmea://HOST:PORT`, or `/dev/NAME@RATE`. Raises `NotReady`."""
    if match := re.fullmatch(r"gpsd(?:://(\[[\da-fA-F:]+\]|[\w.-]+?)(?::(\d{1,5}))?)?", text, re.ASCII):
        host, port = (match[1] or "127.0.0.1").strip("[]"), int(match[2] or GPSD_PORT)
        return GpsSource(text, lambda: TcpPort(host, port, WATCH), lambda: read_gpsd)
    if match := re.fullmatch(r"nmea://(\[[\da-fA-F:]+\]|[\w.-]+):(\d{1,5})", text, re.ASCII):
        host, port = match[1].strip("[]"), int(match[2])
        return GpsSource(text, lambda: TcpPort(host, port, b""), lambda: NmeaReader().read)
    match = re.fullmatch(r"(/dev/[\w./-]+)(?:@(\d{4,6}))?", text, re.ASCII)
    if match and (rate := int(match[2] or 9600)) in RATES:
        path = match[1]
        return GpsSource(text, lambda: SerialPort(path, rate), lambda: NmeaReader().read)
    raise NotReady(
        f"--gps '{text}' is not a receiver: give gpsd, gpsd://HOST:PORT, nmea://HOST:PORT, or a serial device with its "
        f"rate, for example /dev/ttyUSB0@9600 ({', '.join(map(str, RATES))})."
    )


class Receiver(threading.Thread):
    """Listens to a receiver for as long as the reader runs, whatever becomes of it. Start it, then ask `at`."""

    def __init__(self, source: GpsSource, where: Whereabouts, stop: threading.Event, say: Say) -> None:
        super().__init__(name="gps", daemon=True)
        self._source, self._where, self._stopping, self._say = source, where, stop, say
        self._gone = False
        self._pause = FIRST_PAUSE

    def at(self, moment: datetime) -> Fix:
        """Where the reader was at `moment`, by a clock that may have been set since."""
        return self._where.at(time.monotonic() - (clock.now() - moment) / timedelta(seconds=1))

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with closing(self._source.open()) as port:
                    self._listen(port)
            except (OSError, OverflowError) as error:  # a port number that is none, too
                self._where.lose()
                if not self._gone:
                    self._gone = True
                    why = getattr(error, "strerror", None) or error
                    self._say(
                        f"The GPS receiver {self._source.name} is gone: {why}. Retrying until it answers."
                    )
                self._stopping.wait(self._pause)
                self._pause = min(2 * self._pause, LONGEST_PAUSE)

    @enforces("5.c/position", "5.i/position")
    def _listen(self, port: Port) -> None:
        parse, lines, heard = self._source.parser(), Lines(), time.monotonic()
        while not self._stopping.is_set():
            for line in lines.split(port.read()):
                if report := parse(line):
                    heard = time.monotonic()
                    self._where.receive(report, heard, clock.now())
                    self._pause = FIRST_PAUSE
                    if self._gone:
                        self._gone = False
                        self._say(f"The GPS receiver {self._source.name} is back.")
            if time.monotonic() - heard > SILENT_S:
                raise TimeoutError(f"nothing usable for {SILENT_S:.0f} seconds")
