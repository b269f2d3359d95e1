"""How many entries a second the audit log takes, each committed to disk before the next."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from plateward.bench.figures import Figure

ENTRIES = 600


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Appends by one writer and by eight at once, to a throw-away database of the configured kind."""
    from plateward.db.setup import setup

    setup(migrated=False)  # a scratch database is made
    from django.conf import settings

    figures = []
    with scratch_database():
        for writers in (1, 8):
            progress(f"appending, {writers} at once")
            seconds = _append(writers)
            name = f"appends, {writers} at once"
            figures.append(Figure(name, ENTRIES / seconds, "1/s", None, None, settings.DATABASE_KIND))
    return figures


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty database of its own: what is on a log can never be taken off again."""
    from django.db import connection

    real = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["TEST"]["NAME"] = f"{real}_bench"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(real, verbosity=0)


def _append(writers: int) -> float:
    from django.db import connection

    from plateward.audit.events import Event
    from plateward.audit.log import record
    from plateward.audit.who import Who

    ada = Who("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")

    def write() -> None:
        for i in range(ENTRIES // writers):
            record(ada, Event.IMAGE_VIEW, f"read:{i}", image="context", bytes_out=200_000)
        connection.close()

    threads = [Thread(target=write) for _ in range(writers)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start
