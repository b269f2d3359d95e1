"""Open day files, shared by all threads and bounded: intake needs few, a search goes over many."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from plateward.errors import PlatewardError
from plateward.reads.store.day_files import open_day
from plateward.vault.day_keys import DayKeys

MOST = 128  # open files that nobody uses at the moment
CACHE_KIB = 4_000  # of each


class DayPool:
    """Lends a connection to a day's file. A destroyed day is closed for everybody."""

    def __init__(self, path: Callable[[date], Path], days: DayKeys) -> None:
        self._path, self._days = path, days
        self._idle: OrderedDict[date, list[sqlcipher.Connection]] = OrderedDict()  # last used last
        self._lock = threading.Lock()

    @contextmanager
    def connection(self, day: date) -> Iterator[sqlcipher.Connection]:
        """A connection for this thread alone. Raises as `DayKeys.existing`; whether the day was destroyed is looked up
        each time."""
        try:
            self._days.refuse_destroyed(day)
            connection = self._take(day) or self._open(day, self._days.derive(day, "reads"))
        except PlatewardError:
            self.close(day)
            raise
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._give_back(day, connection)

    def close(self, day: date) -> None:
        """Close what is open of a day and idle; what is in use closes when it is given back."""
        with self._lock:
            connections = self._idle.pop(day, [])
        for connection in connections:
            connection.close()

    def _open(self, day: date, key: bytes) -> sqlcipher.Connection:
        connection = open_day(self._path(day), key)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection

    def _take(self, day: date) -> sqlcipher.Connection | None:
        with self._lock:
            connections = self._idle.get(day)
            if not connections:
                return None
            connection = connections.pop()
            if not connections:
                del self._idle[day]
            return connection

    def _give_back(self, day: date, connection: sqlcipher.Connection) -> None:
        with self._lock:
            self._idle.setdefault(day, []).append(connection)
            self._idle.move_to_end(day)
            surplus = []
            while sum(map(len, self._idle.values())) > MOST:
                oldest, connections = next(iter(self._idle.items()))
                surplus.append(connections.pop())
                if not connections:
                    del self._idle[oldest]
        for other in surplus:
            other.close()
        try:
            self._days.refuse_destroyed(day)
        except PlatewardError:
            self.close(day)
