"""Receivers: gpsd, its simulator on a real socket, and NMEA over TCP and a serial device; with what they may say."""

import json
import os
import pty
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plateward.ground import clock
from plateward.ground.wire.codec import encode
from plateward.ground.wire.read import Position, PositionLack
from plateward.reader import gps
from plateward.reader.errors import NotReady
from plateward.reader.gps import Lines, NmeaReader, Receiver, parse_gps, read_gpsd
from plateward.reader.whereabouts import GpsReport, Whereabouts
from plateward.simulators.gps import GpsMode, GpsSimulator, nmea_second, write_road
from plateward.testing.waiting import wait_until

pytestmark = pytest.mark.clause("5.c/position", "5.i/position")
NOON = datetime(2026, 12, 1, 19, 0, tzinfo=UTC)
HERE = (35.0844, -106.6504)
TPV = (
    b'{"class":"TPV","mode":3,"time":"2026-12-01T19:00:00.000Z","lat":35.0844,"lon":-106.6504,"eph":7.5,'
    b'"track":90,"speed":9}'
)


class Said:
    """A receiver on a TCP port that says these things, one to each connection, and then holds the line."""

    def __init__(self, *speeches: bytes) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.connections = 0
        self._open = ExitStack()
        threading.Thread(target=self._serve, args=(speeches,), daemon=True).start()

    def _serve(self, speeches: tuple[bytes, ...]) -> None:
        for speech in speeches:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self._open.enter_context(connection)
            self.connections += 1
            connection.sendall(speech)

    def stop(self) -> None:
        self._server.close()
        self._open.close()


Start = Callable[[str], Receiver]


@pytest.fixture
def start(output: list[str]) -> Iterator[Start]:
    stop = threading.Event()

    def started(text: str) -> Receiver:
        receiver = Receiver(parse_gps(text), Whereabouts(time.monotonic()), stop, output.append)
        receiver.start()
        return receiver

    yield started
    stop.set()


@pytest.mark.skipif(not shutil.which("gpsfake"), reason="no gpsfake: install Debian's gpsd and gpsd-clients")
def test_a_reader_drives_gpsfakes_road_and_knows_where_it_is(start: Start, tmp_path: Path) -> None:
    log = write_road(tmp_path / "road.nmea", HERE, 0.0, 30.0, clock.now(), 120)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    fake = subprocess.Popen(
        ["gpsfake", "-q", "-1", "-n", "-c", "0.5", "-P", str(port), str(log)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        receiver = start(f"gpsd://127.0.0.1:{port}")
        wait_until(lambda: receiver.at(clock.now()).position is not None)
        fix = receiver.at(clock.now())
        assert fix.position
        assert fix.position.lat >= HERE[0]
        assert fix.position.lon == pytest.approx(HERE[1], abs=1e-4)
        assert fix.position.accuracy_m
        assert fix.position.age_s is not None
        wait_until(lambda: receiver.at(clock.now()).heading is not None)
        wait_until(lambda: receiver.at(clock.now()).clock_ahead is not None)
    finally:
        os.killpg(fake.pid, 15)
        fake.wait()
    wait_until(lambda: receiver.at(clock.now() + timedelta(minutes=1)).lack is PositionLack.GONE)


@pytest.mark.parametrize("lost", [GpsMode.NO_FIX, GpsMode.SILENT])
def test_a_patrol_is_followed_until_its_receiver_loses_the_sky(
    start: Start, monkeypatch: pytest.MonkeyPatch, lost: GpsMode
) -> None:
    monkeypatch.setattr(gps, "SILENT_S", 2.0)
    with GpsSimulator(HERE) as patrol:
        reader = start(f"nmea://127.0.0.1:{patrol.port}")
        wait_until(lambda: reader.at(clock.now()).position is not None)
        fix = reader.at(clock.now())
        assert fix.heading in (0.0, 180.0)
        assert fix.clock_ahead is not None
        assert abs(fix.clock_ahead) < timedelta(seconds=10)
        patrol.mode = lost
        lack = PositionLack.NO_FIX if lost is GpsMode.NO_FIX else PositionLack.GONE
        wait_until(lambda: reader.at(clock.now() + timedelta(minutes=1)).lack is lack)


def test_nmea_comes_over_tcp(start: Start) -> None:
    receiver = Said(nmea_second(HERE, 90.0, 20.0, NOON)).port
    reader = start(f"nmea://127.0.0.1:{receiver}")
    wait_until(lambda: reader.at(clock.now()).position is not None)
    fix = reader.at(clock.now())
    assert fix.position
    assert (fix.position.lat, fix.position.lon) == pytest.approx(HERE, abs=1e-5)
    assert (fix.position.accuracy_m, fix.heading) == (4.5, 90.0)


def test_nmea_comes_from_a_serial_device(start: Start) -> None:
    ours, theirs = pty.openpty()
    reader = start(f"{os.ttyname(theirs)}@4800")
    wait_until(
        lambda: (
            not os.write(ours, nmea_second(HERE, 90.0, 20.0, NOON)) or bool(reader.at(clock.now()).position)
        )
    )
    os.close(ours)  # unplugged
    wait_until(lambda: reader.at(clock.now() + timedelta(minutes=1)).lack is PositionLack.GONE)
    os.close(theirs)


@pytest.mark.parametrize(
    "last",
    [
        b'{"class":"TPV","mode":3,"lat":35.0',  # it stops in the middle of a line
        TPV.replace(b"35.0844", b"NaN") + b"\n",
        b"x" * 100_000,  # a line without an end
        b'{"class":"VERSION"}\n' * 3,  # it has no receiver
    ],
)
def test_a_gpsd_that_stops_making_sense_is_gone_and_is_heard_again_when_it_does(
    start: Start, output: list[str], monkeypatch: pytest.MonkeyPatch, last: bytes
) -> None:
    monkeypatch.setattr(gps, "SILENT_S", 0.2)
    monkeypatch.setattr(gps, "TICK_S", 0.05)
    monkeypatch.setattr(gps, "FIRST_PAUSE", 0.01)
    said = Said(TPV + b"\n" + last, last, TPV.replace(b":00.000Z", b":09.000Z") + b"\n")
    receiver = start(f"gpsd://127.0.0.1:{said.port}")
    wait_until(lambda: any("is back" in line for line in output))
    assert said.connections >= 3
    assert "is gone: nothing usable for" in output[0]
    fix = receiver.at(clock.now())
    assert (fix.position and fix.position.accuracy_m, fix.heading) == (7.5, 90.0)
    said.stop()


@pytest.mark.parametrize(
    "lie",
    [
        (b"35.0844", b"91.0"),
        (b"35.0844", b"1e999"),
        (b"35.0844", b'"north"'),
        (b'"lat":35.0844,', b""),
        (b"35.0844", b"0.0"),
        (b'"mode":3', b'"mode":1'),
    ],
)
def test_a_gpsd_that_lies_gives_no_position(lie: tuple[bytes, bytes]) -> None:
    line = TPV.replace(*lie).replace(b"-106.6504", b"0.0" if lie[1] == b"0.0" else b"-106.6504")
    report = read_gpsd(line)
    assert report is None or report.position is None


@pytest.mark.parametrize("eph", [b"-5", b"1e12", b"null"])
def test_an_accuracy_that_is_none_is_unknown(eph: bytes) -> None:
    report = read_gpsd(TPV.replace(b"7.5", eph))
    assert report
    assert report.position == Position(*HERE)


def test_a_sentence_with_a_wrong_checksum_or_none_says_nothing() -> None:
    for sentence in nmea_second(HERE, 90.0, 20.0, NOON).splitlines(True):
        assert NmeaReader().read(sentence[:20] + b"9" + sentence[21:]) is None
        assert NmeaReader().read(sentence.split(b"*")[0] + b"\r\n") is None


def test_nmea_without_a_fix_or_with_a_simulated_one_is_no_fix() -> None:
    for mode, status in (("N", "V"), ("S", "A"), ("E", "A")):
        [*_, rmc] = nmea_second(HERE, 90.0, 20.0, NOON, mode=mode, status=status).splitlines(True)
        assert NmeaReader().read(rmc) == GpsReport(None, None, NOON)


def sound(report: GpsReport | None) -> bool:
    """Whether a read may carry it."""
    if report is None or report.position is None:
        return True
    position = report.position
    encode(position)
    fits = -90 <= position.lat <= 90 and -180 <= position.lon <= 180
    fits &= position.accuracy_m is None or 0 <= position.accuracy_m <= 1e6
    return fits and (report.heading is None or 0 <= report.heading < 360)


NUMBERS = st.floats() | st.integers() | st.none() | st.text(max_size=5)


@given(st.dictionaries(st.sampled_from(["mode", "lat", "lon", "eph", "track", "speed", "time"]), NUMBERS))
@example({"mode": 3, "lat": 1.0, "lon": 1.0, "track": -1e-20, "speed": 9.0})
def test_whatever_gpsd_says_a_position_is_on_earth(said: dict[str, object]) -> None:
    assert sound(read_gpsd(json.dumps({"class": "TPV", **said}).encode()))


@given(st.binary(max_size=300))
def test_no_bytes_stop_a_receiver(line: bytes) -> None:
    assert read_gpsd(line) is None
    assert NmeaReader().read(line) is None


FIELDS = st.lists(
    st.sampled_from(["", "A", "V", "N", "W", "1e9", "-1", "nan", "190000", "311299", "3505.0640", "9999999"])
    | st.text("0123456789.,-ANW", max_size=12),
    max_size=16,
)


@given(st.sampled_from(["RMC", "GGA", "GLL", "XYZ"]), FIELDS)
def test_whatever_a_sound_checksum_carries_a_position_is_on_earth(kind: str, fields: list[str]) -> None:
    reader = NmeaReader()
    for name in ("GGA", kind):
        body = ",".join([f"GP{name}", *fields])
        check = 0
        for byte in body.encode():
            check ^= byte
        assert sound(reader.read(f"${body}*{check:02X}\r\n".encode()))


@given(st.lists(st.binary(max_size=50)), st.data())
def test_lines_are_whole_however_they_come(texts: list[bytes], data: st.DataObject) -> None:
    whole = [text.replace(b"\n", b" ") + b"\n" for text in texts]
    stream, lines = b"".join(whole), Lines()
    got: list[bytes] = []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        got += lines.split(stream[:cut])
        stream = stream[cut:]
    assert got == whole


def test_a_line_that_is_too_long_is_dropped_and_the_next_is_read() -> None:
    lines = Lines()
    for _ in range(20):
        assert list(lines.split(b"x" * 5000)) == []
    assert list(lines.split(b"xx\nnext\n")) == [b"next\n"]


@pytest.mark.parametrize(
    "text", ["", "gps", "nmea://host", "gpsd://", "gpsd://a b", "/etc/passwd", "/dev/tty@1", "nmea://h:1/x"]
)
def test_it_refuses_what_is_no_receiver(text: str) -> None:
    with pytest.raises(NotReady, match="is not a receiver"):
        parse_gps(text)


@pytest.mark.clause("6.a.ii.1/unsure")
def test_a_receiver_behind_a_router_is_not_asked(start: Start, output: list[str]) -> None:
    start("gpsd://203.0.113.7:2947")
    wait_until(lambda: bool(output))
    assert "is gone: Network is unreachable" in output[0]
