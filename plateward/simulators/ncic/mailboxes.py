"""The simulated switch's mailboxes: messages that wait for each ORI until fetched and acknowledged."""

import time
from threading import Lock


class Mailboxes:
    """Messages by ORI, oldest first; a delayed message appears only when due."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[str, float, bytes]] = []

    def put(self, ori: str, message: bytes, delay: float = 0.0) -> None:
        """Add a message for this ORI, as bytes without a frame, valid or not."""
        with self._lock:
            self._waiting.append((ori, time.monotonic() + delay, message))

    def oldest(self, ori: str) -> bytes | None:
        """The message that would be sent now; it stays."""
        now = time.monotonic()
        with self._lock:
            return next((message for to, due, message in self._waiting if to == ori and due <= now), None)

    def drop(self, ori: str, message: bytes) -> None:
        """Remove an acknowledged message."""
        with self._lock:
            match = next(
                (waiting for waiting in self._waiting if (waiting[0], waiting[2]) == (ori, message)), None
            )
            if match:
                self._waiting.remove(match)

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting)
