"""A live camera: this machine's, or one on the network by RTSP or HTTP."""

import re
import threading
import time
from collections import deque
from collections.abc import Generator
from pathlib import Path

import cv2
import numpy as np

from plateward.ground import clock
from plateward.reader.errors import SourceError
from plateward.reader.frames import LATE, TICK, Frame, Say

OPEN_TIMEOUT_MS = 10_000
READ_TIMEOUT_MS = 10_000
MOST_DIGITS = 4  # of a camera's number: OpenCV fails on a number that is no C int
FIRST_PAUSE, LONGEST_PAUSE = (1.0, 30.0)  # seconds before trying again to reach a lost camera, doubling
ADDRESSES = ("rtsp://", "rtsps://", "http://", "https://")


def is_camera(source: str) -> bool:
    """Whether `source` is `0` (the first camera), `/dev/video0`, or an RTSP or HTTP address."""
    number = source.isdecimal() and len(source) <= MOST_DIGITS
    return number or source.lower().startswith(("/dev/video", *ADDRESSES))


def scheme_and_host(source: str) -> str:
    """An address's scheme and host only: user, path and query may hold the camera's password."""
    return re.sub(r"://(?:.*@)?([^/?#]*).*", r"://\1", source)


class Camera:
    """Yields frames as they come; a frame that nobody takes within LATE counts as missed. Survives an outage."""

    live = True

    def __init__(self, source: str, every: float, stop: threading.Event, say: Say) -> None:
        self._source, self._every, self._stop, self._say = source, every, stop, say
        self._name = scheme_and_host(source)
        self.missed = 0
        self._back, self._pause = float("-inf"), FIRST_PAUSE
        self._waiting: deque[tuple[float, Frame]] = deque()  # when each came, oldest first
        self._changed = threading.Condition()
        self._capture = self._open()
        if not self._capture.isOpened():
            raise SourceError(f"The camera {self._name} cannot be opened.")

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
        return cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, timeouts)

    def _grab(self) -> None:
        last_taken = float("-inf")
        while not self._stop.is_set():
            if not self._capture.grab():
                self._reopen()
                continue
            now = time.monotonic()
            if now - last_taken < self._every:
                continue
            at = clock.now()  # before decoding; earlier delay in a network is unknown
            readable, image = self._capture.retrieve()
            if readable:  # one damaged picture does not mean a lost camera
                last_taken = now
                with self._changed:
                    self._waiting.append((now, Frame(np.asarray(image, np.uint8), at)))
                    while now - self._waiting[0][0] > LATE:
                        self._waiting.popleft()
                        self.missed += 1
                    self._changed.notify()
        self._capture.release()

    def _reopen(self) -> None:
        """Reported once. A camera that came back only briefly is retried ever more slowly."""
        self._say(f"The camera {self._name} gives no images. Retrying until it does.")
        if time.monotonic() - self._back >= LONGEST_PAUSE:
            self._pause = FIRST_PAUSE
        while not self._stop.wait(self._pause):
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            self._capture.release()
            self._capture = self._open()
            if self._capture.isOpened() and self._capture.grab():
                self._back = time.monotonic()
                self._say(f"The camera {self._name} is back.")
                return
