"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

WITHIN = 600.0  # seconds, on the slowest machine


def wait_until(happened: Callable[[], bool]) -> None:
    """Return once it is true; what hangs fails the test instead of holding it up."""
    deadline = time.monotonic() + WITHIN
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)
