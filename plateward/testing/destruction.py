"""A destroyed day, for tests of what comes after."""

from datetime import date

from plateward.ground import clock
from plateward.ground.vault.day_keys import DayKeys


def destroy_day(keys: DayKeys, day: date) -> None:
    """All of it, its key at least."""
    keys.destroy(keys.sign(day, keys.generation(day), following=None, at=clock.now(), why="OPR:50 6.h.ii"))
