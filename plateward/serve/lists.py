"""What the hub does by itself about hot lists, every two seconds."""

import logging
import threading

from django.db import connections

from plateward.hotlists.imports.round import work
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds
TOLD_EVERY = 60  # failures: one that lasts does not fill the log


@enforces("5.h")
def look_after_lists(stop: threading.Event) -> None:
    """Files are looked at and applied, and lists are fetched. What fails is told and tried again."""
    failures = 0
    while not stop.is_set():
        try:
            work()
            failures = 0
        except Exception:
            if failures % TOLD_EVERY == 0:
                log.exception("The work on hot lists failed; it is tried again in %.0f seconds.", EVERY)
            failures += 1
        finally:
            connections.close_all()
        stop.wait(EVERY)
