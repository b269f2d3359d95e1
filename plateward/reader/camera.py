"""A live camera: this machine's, or one on the network by RTSP or HTTP."""

import os
import re
import threading
import time
from collections import deque
from collections.abc import Generator
from pathlib import Path

import cv2
import numpy as np

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.reader.camera_link import NO_LINK, CameraLink, Relay
from plateward.reader.errors import SourceError
from plateward.reader.frames import LATE, TICK, Frame, Say

OPEN_TIMEOUT_MS = 10_000
READ_TIMEOUT_MS = 10_000
MOST_DIGITS = 4  # of a camera's number: OpenCV fails on a number that is no C int
FIRST_PAUSE, LONGEST_PAUSE = (1.0, 30.0)  # seconds before trying again to reach a lost camera, doubling
# Nothing goes past the relay: no UDP, to which OpenCV would fall back, and no playlist, which names other addresses.
OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
BY_RELAY = "rtsp_transport;tcp|format_whitelist;rtsp,mpjpeg,mjpeg,jpeg_pipe,mpegts,h264,hevc"
ADDRESSES = ("rtsp://", "rtsps://", "http://", "https://")


def is_camera(source: str) -> bool:
    """Whether `source` is `0` (the first camera), `/dev/video0`, or an RTSP or HTTP address."""
    number = source.isdecimal() and len(source) <= MOST_DIGITS
    return number or source.lower().startswith(("/dev/video", *ADDRESSES))


def scheme_and_host(source: str) -> str:
    """An address's scheme and host only: user, path and query may hold the camera's password."""
    return re.sub(r"://(?:.*@)?([^/?#]*).*", r"://\1", source)


@enforces("5.a/photograph", "6.j.i/camera")
class Camera:
    """Yields frames as they come; a frame that nobody takes within LATE counts as missed. Survives an outage, and waits
    for a camera that is missing at the start; raises `SourceError` for one that may not be used."""

    live = True

    def __init__(
        self,
        source: str,
        every: float,
        stop: threading.Event,
        say: Say,
        link: CameraLink = NO_LINK,
    ) -> None:
        self._name = scheme_and_host(source)
        self._relay = Relay(source, link, self._name) if source.lower().startswith(ADDRESSES) else None
        self._source = self._relay.url if self._relay else source
        self._every, self._stop, self._say = every, stop, say
        self.link = self._relay.words if self._relay else "attached to the reader"  # for the hub
        self.missed = 0
        self.problem = ""
        self._back, self._pause = float("-inf"), FIRST_PAUSE
        self._waiting: deque[tuple[float, Frame]] = deque()  # when each came, oldest first
        self._changed = threading.Condition()
        self._capture = self._open()
        if self._relay and self._relay.problem:
            raise SourceError(self._relay.problem)

    def frames(self) -> Generator[Frame | None]:
        grabber = threading.Thread(target=self._grab, name="camera", daemon=True)
        grabber.start()
        try:
            while True:
                with self._changed:
                    if not self._waiting:
                        self._changed.wait(TICK)
                    frame = self._waiting.popleft()[1] if self._waiting else None
                yield frame
                if not (grabber.is_alive() or self._stop.is_set()):
                    raise SourceError(f"The camera {self._name} failed and cannot be restarted here.")
        finally:
            self._stop.set()
            grabber.join(READ_TIMEOUT_MS / 1000)

    def pause(self, seconds: float) -> None:
        pass

    def _open(self) -> cv2.VideoCapture:
        if self._source.isdecimal():
            return cv2.VideoCapture(int(self._source))
        if Path(self._source).exists():
            return cv2.VideoCapture(self._source)
        timeouts = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            OPEN_TIMEOUT_MS,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            READ_TIMEOUT_MS,
        ]
        os.environ[OPTIONS] = BY_RELAY  # OpenCV reads it as it opens this, and no file after it
        try:
            return cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, timeouts)
        finally:
            os.environ.pop(OPTIONS, None)

    def _grab(self) -> None:
        last_taken, last_readable = float("-inf"), time.monotonic()
        while not self._stop.is_set():
            if not self._capture.grab():
                self._reopen()
                continue
            now = time.monotonic()
            if now - last_taken < self._every:
                continue
            at = clock.now()  # before decoding; earlier delay in a network is unknown
            readable, image = self._capture.retrieve()
            if not readable and now - last_readable > READ_TIMEOUT_MS / 1000:
                self.problem = f"The camera {self._name} gives only damaged images."
            if readable:  # one damaged picture does not mean a lost camera
                last_taken = last_readable = now
                self.problem = ""
                with self._changed:
                    self._waiting.append((now, Frame(np.asarray(image, np.uint8), at)))
                    while now - self._waiting[0][0] > LATE:
                        self._waiting.popleft()
                        self.missed += 1
                    self._changed.notify()
        self._capture.release()

    def _reopen(self) -> None:
        """Reported once. A camera that came back only briefly is retried ever more slowly."""
        self.problem = f"The camera {self._name} gives no images."
        self._say(f"{self.problem} Retrying until it does.")
        refused = ""
        if time.monotonic() - self._back >= LONGEST_PAUSE:
            self._pause = FIRST_PAUSE
        while not self._stop.wait(self._pause):
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            self._capture.release()
            self._capture = self._open()
            if self._relay and self._relay.problem not in ("", refused):
                self.problem = refused = self._relay.problem
                self._say(refused)
            if self._capture.isOpened() and self._capture.grab():
                self._back = time.monotonic()
                self._say(f"The camera {self._name} is back.")
                return
