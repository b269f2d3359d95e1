"""A camera on the network: MJPEG over HTTP on a real socket, which stalls, drops and comes back."""

import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import cv2
import pytest

from plateward.ground import clock
from plateward.reader import camera as camera_module
from plateward.reader.frames import Image
from plateward.reader.sources import open_source
from plateward.reader.tests.assembled import AssembledReader
from plateward.reader.tests.stand_ins import Agency, Hub, photograph, plate
from plateward.recognition.types import Plate, Thresholds
from plateward.testing.waiting import WITHIN

HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


PLATES = ["", "ABC123", "", "KLM789", "XYZ456"]  # in the pictures of each part


class Stream:
    """Serves one connection after another, each according to its part:

    - `stall`: pictures, then silence on a connection that stays open
    - `drop`: pictures, a damaged one among them, then the connection ends
    - `refuse`: no answer at all
    - `live`: pictures until the test ends
    """

    def __init__(self, *parts: str) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/video"
        self.connections: list[str] = []
        self.end = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(parts,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.end.set()
        self._server.close()
        self._thread.join(5)

    def _serve(self, parts: tuple[str, ...]) -> None:
        stalled = []  # kept open
        for number, part in enumerate(parts):
            try:
                connection, _ = self._server.accept()
                self.connections.append(part)
                if part == "refuse":
                    connection.close()
                    continue
                connection.recv(4096)
                connection.sendall(HEAD)
                count = 0
                while not self.end.wait(0.02) and (part == "live" or count < 12):
                    connection.sendall(self._part(40 * (number + 1), damaged=part == "drop" and count == 5))
                    count += 1
                if part == "stall":
                    stalled.append(connection)
                else:
                    connection.close()
            except OSError:
                continue
        for connection in stalled:
            connection.close()

    @staticmethod
    def _part(shade: int, damaged: bool) -> bytes:
        jpeg = bytes(cv2.imencode(".jpg", photograph(shade))[1])
        if damaged:
            jpeg = jpeg[:200] + bytes(len(jpeg) - 200)
        return b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(jpeg), jpeg)


@pytest.fixture
def stream() -> Iterator[Stream]:
    stream = Stream("stall", "refuse", "drop", "live")
    yield stream
    stream.stop()


class Shades:
    """Reads a different plate in each part of the stream, and stops the reader some time after the last one."""

    version = "test"
    thresholds = Thresholds(0, 0)

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self.times: dict[str, list[datetime]] = {}

    def read(self, image: Image) -> list[Plate]:
        text = PLATES[round(int(image[0, 0, 0]) / 40)]
        self.times.setdefault(text, []).append(clock.now())
        if len(self.times.get(PLATES[4], [])) > 5:
            self._stop.set()
        return [plate(text)]


@pytest.mark.clause("5.a", "5.i")
def test_a_stream_that_stalls_drops_and_returns_is_followed_and_no_read_is_lost(
    monkeypatch: pytest.MonkeyPatch, hub: Hub, agency: Agency, stream: Stream
) -> None:
    monkeypatch.setattr(camera_module, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(camera_module, "READ_TIMEOUT_MS", 4_000)  # a busy machine must not count as a stall
    parts = AssembledReader(agency)
    reader = parts.reader
    engine = reader.engine = Shades(reader.stop)
    reader.source = open_source(stream.url, 0, False, reader.stop, reader.terminal.say)
    watchdog = threading.Timer(WITHIN, reader.stop.set)
    watchdog.start()
    reader.run()
    watchdog.cancel()
    assert stream.connections == ["stall", "refuse", "drop", "live"]
    reads = {read.plate: read for read in map(parts.read, parts.spool.waiting())}
    assert reads.keys() == {PLATES[1], PLATES[3], PLATES[4]}
    for text, read in reads.items():  # each keeps the time of its frame, whatever happened since
        times = engine.times[text]
        assert times[0] - timedelta(seconds=1) < read.captured_at <= times[-1]
    output = parts.out.getvalue()
    assert output.count("gives no images. Retrying until it does.") == output.count("is back.") == 2
    assert "/video" not in output
