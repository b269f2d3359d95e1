"""How many entries a second the audit log takes, each committed to disk before the next."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from plateward.bench.figures import Figure

ENTRIES = 600


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Appends by one writer, and by eight at once."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from plateward.serve.hub import prepare

    prepare()
    figures = []
    for writers in (1, 8):
        progress(f"appending, {writers} at once")
        figures.append(Figure(f"appends, {writers} at once", ENTRIES / _append(writers), "1/s"))
    return figures


def _append(writers: int) -> float:
    """Seconds for all entries. An entry that is not taken ends the measurement with its error."""
    from django.db import connection

    from plateward.audit.events import Event
    from plateward.audit.log import record
    from plateward.audit.who import Who

    ada = Who("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")

    def write() -> None:
        try:
            for i in range(ENTRIES // writers):
                record(ada, Event.IMAGE_VIEW, f"read:{i}", image="context", bytes_out=200_000)
        finally:
            connection.close()

    start = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        for writer in [pool.submit(write) for _ in range(writers)]:
            writer.result()
    return time.perf_counter() - start
