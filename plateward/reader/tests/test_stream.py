"""A camera on the network: MJPEG over HTTP on a real socket, which stalls, drops and comes back."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from plateward.ground import clock
from plateward.reader import camera as camera_module
from plateward.reader.frames import Image
from plateward.reader.sources import open_source
from plateward.reader.tests.assembled import AssembledReader
from plateward.reader.tests.stand_ins import Agency, Hub, plate
from plateward.reader.tests.streams import Stream
from plateward.recognition.types import Plate, Thresholds
from plateward.testing.waiting import WITHIN

PLATES = ["", "ABC123", "", "KLM789", "XYZ456"]  # in the pictures of each part


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


@pytest.mark.clause("5.a/photograph", "5.i/record")
def test_a_stream_that_stalls_drops_and_returns_is_followed_and_no_read_is_lost(
    monkeypatch: pytest.MonkeyPatch, hub: Hub, agency: Agency, stream: Stream
) -> None:
    monkeypatch.setattr(camera_module, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(camera_module, "READ_TIMEOUT_MS", 4_000)  # a busy machine must not count as a stall
    parts = AssembledReader(agency)
    reader = parts.reader
    engine = reader.engine = Shades(reader.stop)
    reader.source = open_source(stream.url, 0, False, reader.stop, reader.log.say)
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
