"""What the hub does by itself about alerts, every second."""

import logging
import threading
from collections.abc import Callable

from django.db import connections

from plateward.alerts import recall
from plateward.alerts.looking_back import actions as looking_back
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds
TOLD_EVERY = 60  # failures: one that lasts does not fill the log


@enforces("6.e.iv.3")
def recall_lapsed(stop: threading.Event) -> None:
    """Alerts whose entry expired are recalled."""
    _again_and_again(recall.end_lapsed, stop)


@enforces("6.b.i.2")
def look_back(stop: threading.Event) -> None:
    """New entries are matched with stored reads, in a thread of its own: that may take minutes."""
    _again_and_again(looking_back.work, stop)


def _again_and_again(job: Callable[[], object], stop: threading.Event) -> None:
    """One that fails is told and tried again."""
    failures = 0
    while not stop.is_set():
        try:
            job()
            failures = 0
        except Exception:
            if failures % TOLD_EVERY == 0:
                log.exception("%s.%s failed; it is tried again in a second.", job.__module__, job.__name__)
            failures += 1
            connections.close_all()
        stop.wait(EVERY)
    connections.close_all()
