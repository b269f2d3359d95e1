"""A camera on the network: MJPEG over HTTP on a real socket, which stalls, drops and comes back."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import cv2
import pytest

from plateward import clock
from plateward.reader import camera as camera_module
from plateward.reader.frames import Frame
from plateward.reader.sources import open_source
from plateward.reader.tests.stand_ins import photograph

HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


class Stream:
    """Serves one connection after the other, each as its part says:

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
        stalled = []  # held open
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


@pytest.mark.clause("5.a", "5.i")
def test_a_stream_that_stalls_drops_and_returns_is_followed_and_its_frames_keep_their_time(
    monkeypatch: pytest.MonkeyPatch, said: list[str], stream: Stream
) -> None:
    monkeypatch.setattr(camera_module, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(camera_module, "READ_TIMEOUT_MS", 500)
    stop = threading.Event()
    source = open_source(stream.url, 0, False, stop, said.append)
    seen: list[Frame] = []
    silent = 0
    begun, give_up = clock.now(), time.monotonic() + 30
    frames = source.frames()
    for frame in frames:
        if frame:
            assert timedelta(0) <= clock.now() - frame.at < timedelta(seconds=5)
            seen.append(frame)
        else:
            silent += 1  # whoever reads can look at the clock meanwhile: no pass waits for the camera
        if (seen and seen[-1].image[0, 0, 0] > 150) or time.monotonic() > give_up:
            break
    stop.set()
    frames.close()
    shades = [int(frame.image[0, 0, 0]) for frame in seen]
    assert stream.connections == ["stall", "refuse", "drop", "live"]
    assert {round(shade / 40) for shade in shades} >= {1, 3, 4}
    assert silent > 0
    moments = [frame.at for frame in seen]
    assert moments == sorted(moments)
    assert begun <= moments[0]
    assert ["gives no images" in line for line in said] == [True, False, True, False]
    assert all("/video" not in line for line in said)
