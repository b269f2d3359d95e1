"""A job that the hub does by itself, again and again. A room names its own in `jobs.py`, as `JOBS`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """Every node of the hub runs it, so what must be done once is a leased row (`lease.py`) or locked within the act.
    The name stands on the log when it fails, as in "Escalation of alerts failed"."""

    name: str
    run: Callable[[], object]
    every: float  # seconds
    alarm: str = ""  # what people are to do when it fails, which is then CRITICAL on the log
