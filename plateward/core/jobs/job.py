"""Periodic work of the hub. Each room lists its jobs in `jobs.py`, as `JOBS`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """Every node of the hub runs it, so anything to be done once is a leased row (`lease.py`) or locked within the act.
    The log shows the name on failure, as in "Recall of alerts failed"."""

    name: str
    run: Callable[[], object]
    every: float  # seconds
    alarm: str = ""  # what people must do if it fails, logged as CRITICAL
