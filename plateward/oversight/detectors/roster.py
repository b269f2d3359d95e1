"""Who is on shift when."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from plateward.oversight.detectors.records import FORTNIGHT, Shift

ROSTERED = FORTNIGHT  # a person without a shift around a day has no roster to be measured by
NEXT_DAY = timedelta(hours=25)  # of two shifts that begin further apart, another may have been between them


class Roster:
    """Shifts by person. `known_from`: where no roster is kept, what says that somebody was on shift; who it does not
    name may have worked too."""

    def __init__(self, shifts: Iterable[Shift], known_from: str = "") -> None:
        self.known_from = known_from
        self._shifts: dict[str, list[Shift]] = defaultdict(list)
        for shift in sorted(shifts, key=lambda shift: shift.start):
            self._shifts[shift.person].append(shift)
        self._starts = {person: [shift.start for shift in listed] for person, listed in self._shifts.items()}

    def is_off(self, person: str, at: datetime, margin: timedelta) -> bool | None:
        """Whether this is outside the person's shifts, each longer by the margin. None: nothing says."""
        starts = self._starts.get(person, [])
        near = slice(bisect_left(starts, at - ROSTERED), bisect_right(starts, at + ROSTERED))
        if not starts[near] or (self.known_from and not self._between_shifts(starts, at)):
            return None
        return not any(
            shift.start - margin <= at <= shift.end + margin for shift in self._shifts[person][near]
        )

    def _between_shifts(self, starts: list[datetime], at: datetime) -> bool:
        """Whether this is between two shifts so near to each other that there was no room for one between them."""
        following = bisect_right(starts, at)
        return 0 < following < len(starts) and starts[following] - starts[following - 1] <= NEXT_DAY
