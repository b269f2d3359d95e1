"""Work that the hub does by itself, again and again, each kind in a thread of its own."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence

from django.db import connections

log = logging.getLogger(__name__)

Job = Callable[[], object]
TOLD_EVERY = 60.0  # seconds: a failure that lasts does not fill the log
SOON = 10.0  # seconds: between rounds no longer apart a database connection is kept


def go_on(jobs: Sequence[Job], every: float, stop: threading.Event) -> None:
    """Do each job once in `every` seconds until the stop. One that fails is told, tried again, and keeps no other
    from its turn."""
    failures: Counter[Job] = Counter()  # in a row
    quiet = max(1, round(TOLD_EVERY / every)) if every else 1
    while not stop.is_set():
        for job in jobs:
            try:
                job()
                del failures[job]
            except Exception:
                if failures[job] % quiet == 0:
                    log.exception(
                        "%s.%s failed; it is tried again in %.0f s.", job.__module__, job.__name__, every
                    )
                failures[job] += 1
        if failures or every > SOON:
            connections.close_all()
        stop.wait(every)
    connections.close_all()
