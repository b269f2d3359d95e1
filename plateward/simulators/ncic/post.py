"""The simulated switch's mailboxes: what waits for each ORI until it is fetched and acknowledged."""

import time
from threading import Lock


class Post:
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
            return next((one for to, due, one in self._waiting if to == ori and due <= now), None)

    def drop(self, ori: str, message: bytes) -> None:
        """It was acknowledged."""
        with self._lock:
            found = next((one for one in self._waiting if (one[0], one[2]) == (ori, message)), None)
            if found:
                self._waiting.remove(found)

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting)
