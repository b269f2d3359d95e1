"""What the hub does by itself about requests for hot-list entries, every minute: each job does what is due."""

import logging
import threading
from collections.abc import Callable

from django.db import connections

from plateward.hotlists.requests.settling import end_unreviewed_in_time, settle_numbers
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds
JOBS: tuple[Callable[[], object], ...] = (settle_numbers, end_unreviewed_in_time)


@enforces("6.a.iii", "6.f.i.1")
def look_after_requests(stop: threading.Event) -> None:
    """Numbers that CAD gave no answer for are asked again, and what nobody reviewed in time is noted as ended.

    A job that fails is told and tried again."""
    while not stop.is_set():
        for job in JOBS:
            try:
                job()
            except Exception:
                log.exception("%s.%s failed; it is tried again in a minute.", job.__module__, job.__name__)
        connections.close_all()
        stop.wait(EVERY)
