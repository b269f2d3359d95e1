"""What the hub does by itself about people's access, every hour: each job does what is due, and nothing twice."""

import logging
import threading
from collections.abc import Callable

from django.db import connections

from plateward.people.access.interruptions import unused
from plateward.people.access.reviews.actions import open_due
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

EVERY = 3600.0  # seconds
JOBS: tuple[Callable[[], object], ...] = (unused.notice_all, open_due)


@enforces("AC-2", "AC-6")
def look_after_people(stop: threading.Event) -> None:
    """Access that was not used for 90 days is put on record, and the yearly review opens.

    A job that fails is told and tried again; the refusals themselves never wait for it."""
    while not stop.is_set():
        for job in JOBS:
            try:
                job()
            except Exception:
                log.exception("%s.%s failed; it is tried again in an hour.", job.__module__, job.__name__)
        connections.close_all()
        stop.wait(EVERY)
