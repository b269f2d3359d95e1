"""What the hub does by itself about alerts, every second."""

import logging
import threading
from collections.abc import Callable

from django.db import connections

from plateward.alerts import recall
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds
TOLD_EVERY = 60  # failures: one that lasts does not fill the log
JOBS: tuple[Callable[[], object], ...] = (recall.end_lapsed,)


@enforces("6.e.iv.3")
def look_after_alerts(stop: threading.Event) -> None:
    """Alerts whose entry expired are recalled. A job that fails is told and tried again."""
    failures = dict.fromkeys(JOBS, 0)
    while not stop.is_set():
        for job in JOBS:
            try:
                job()
                failures[job] = 0
            except Exception:
                if failures[job] % TOLD_EVERY == 0:
                    log.exception(
                        "%s.%s failed; it is tried again in a second.", job.__module__, job.__name__
                    )
                failures[job] += 1
                connections.close_all()
        stop.wait(EVERY)
    connections.close_all()
