"""Open day files, shared by all threads and bounded: intake needs few, a search goes over many."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from plateward.field.reads.store.day_files import open_day
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed, DayKeys

MOST = 128  # open files that nobody uses at the moment
CACHE_KIB = 4_000  # of each
SWEEP_S = 1.0  # how often, at most, those of destroyed generations are looked for
Place = tuple[date, int, int]  # a day, its generation, and the number of the file


class DayPool:
    """Lends a connection to a day's file, that of its current generation. A destroyed generation is closed for
    everybody; so is a file that was removed or replaced, which a connection would still read."""

    def __init__(self, path: Callable[[date, int], Path], days: DayKeys) -> None:
        self._path, self._days = path, days
        self._idle: list[tuple[Place, sqlcipher.Connection]] = []  # last used last
        self._lock = threading.Lock()
        self._swept = 0.0

    @contextmanager
    def connection(self, day: date, *, make: bool = False) -> Iterator[sqlcipher.Connection]:
        """A connection for this thread alone, to a file that is there unless `make`. Raises as `DayKeys.existing`;
        whether the generation was destroyed is looked up each time."""
        try:
            generation, connection = self._lend(day, make)
            number = self._number(day, generation)
        except PlatewardError:
            self.close(day)
            raise
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if number:
            self._give_back((day, generation, number), connection)
        else:
            connection.close()
        self.sweep(now=False)

    def _lend(self, day: date, make: bool) -> tuple[int, sqlcipher.Connection]:
        while True:
            generation = self._days.generation(day)
            try:
                return generation, self._take(day, generation) or self._open(day, generation, make)
            except (DayDestroyed, sqlcipher.Error):
                if self._days.generation(day) == generation:  # otherwise the day was renewed meanwhile
                    raise

    def close(self, day: date) -> None:
        """Close what is open of a day and idle; what is in use closes when it is given back."""
        self._close_idle(lambda place: place[0] == day)

    @enforces("6.h.ii/destruction")
    def sweep(self, *, now: bool = True) -> None:
        """Close what is open of destroyed generations, by whatever process they were destroyed: a connection holds the
        file's key and some of its pages in memory. Unless `now`, at most once a second."""
        if not now and time.monotonic() - self._swept < SWEEP_S:
            return
        self._swept = time.monotonic()
        with self._lock:
            opened = {place[:2] for place, _ in self._idle}
        gone = {(day, generation) for day, generation in opened if self._is_gone(day, generation)}
        if gone:
            self._close_idle(lambda place: place[:2] in gone)

    def _is_gone(self, day: date, generation: int) -> bool:
        try:
            return self._days.generation(day) != generation
        except PlatewardError:
            return True

    def _close_idle(self, which: Callable[[Place], bool]) -> None:
        with self._lock:
            chosen = [lent for lent in self._idle if which(lent[0])]
            self._idle = [lent for lent in self._idle if not which(lent[0])]
        for _, connection in chosen:
            connection.close()

    def _number(self, day: date, generation: int) -> int:
        """What tells the generation's file from one that was there before; 0: there is none."""
        try:
            return self._path(day, generation).stat().st_ino
        except FileNotFoundError:
            return 0

    def _open(self, day: date, generation: int, make: bool) -> sqlcipher.Connection:
        key = self._days.derive(day, "reads", generation)
        connection = open_day(self._path(day, generation), key, make=make)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection

    def _take(self, day: date, generation: int) -> sqlcipher.Connection | None:
        place = day, generation, self._number(day, generation)
        with self._lock:
            for at in range(len(self._idle) - 1, -1, -1):
                if self._idle[at][0] == place:
                    return self._idle.pop(at)[1]
        return None

    def _give_back(self, place: Place, connection: sqlcipher.Connection) -> None:
        with self._lock:
            self._idle.append((place, connection))
            surplus, self._idle = self._idle[:-MOST], self._idle[-MOST:]
        for _, other in surplus:
            other.close()
        if self._is_gone(*place[:2]):
            self.close(place[0])
