"""The simulated switch's mailboxes: what waits for each ORI until it is fetched and acknowledged."""

import time
from threading import Lock


class Mailboxes:
    """Messages by ORI, oldest first; one with a delay is not there before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[str, float, bytes]] = []

    def put(self, ori: str, message: bytes, delay: float = 0.0) -> None:
        """For this ORI, as bytes without a frame: sound or not."""
        with self._lock:
            self._waiting.append((ori, time.monotonic() + delay, message))

    def oldest(self, ori: str) -> bytes | None:
        """What would be sent now; it stays."""
        now = time.monotonic()
        with self._lock:
            return next((message for to, due, message in self._waiting if to == ori and due <= now), None)

    def drop(self, ori: str, message: bytes) -> None:
        """It was acknowledged."""
        with self._lock:
            match = next(
                (waiting for waiting in self._waiting if (waiting[0], waiting[2]) == (ori, message)), None
            )
            if match:
                self._waiting.remove(match)

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting)
