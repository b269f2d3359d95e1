"""Who is on shift when."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from plateward.oversight.detectors.records import Shift

ROSTERED = timedelta(days=14)  # a person without a shift around a day has no roster to be measured by
LONGEST = timedelta(hours=36)
NEXT_DAY = timedelta(hours=25)  # of two shifts that begin further apart, another may have been between them


class Roster:
    """Shifts by person. `ends_at`: the start of the last one that is rostered. `known_from`: where no roster is kept,
    what says that somebody was on shift; who it does not name may have worked too."""

    def __init__(self, shifts: Iterable[Shift], known_from: str = "") -> None:
        self.known_from = known_from
        self._shifts: dict[str, list[Shift]] = defaultdict(list)
        for shift in shifts:
            self._shifts[shift.person].append(shift)
        for listed in self._shifts.values():
            listed.sort(key=lambda shift: shift.start)
        everything = [shift.start for listed in self._shifts.values() for shift in listed]
        nothing = datetime.min.replace(tzinfo=UTC)  # it says nothing of who will work
        self.ends_at = nothing if known_from else max(everything, default=nothing)
        self._starts = {person: [shift.start for shift in listed] for person, listed in self._shifts.items()}

    def is_off(self, person: str, at: datetime, margin: timedelta) -> bool | None:
        """Whether this is outside the person's shifts, each longer by the margin. None: nothing says."""
        starts = self._starts.get(person)
        if not starts:
            return None
        first, last = bisect_left(starts, at - ROSTERED), bisect_right(starts, at + ROSTERED)
        if first == last:
            return None
        if self.known_from and not self._between_shifts(starts, at):
            return None
        near = self._shifts[person][bisect_left(starts, at - LONGEST) : bisect_right(starts, at + margin)]
        return not any(shift.start - margin <= at <= shift.end + margin for shift in near)

    def _between_shifts(self, starts: list[datetime], at: datetime) -> bool:
        """Whether this is between two shifts so near to each other that there was no room for one between them."""
        following = bisect_right(starts, at)
        if not 0 < following < len(starts):
            return False
        return starts[following] - starts[following - 1] <= NEXT_DAY

    def has_shift_from(self, person: str, begin: datetime) -> bool:
        """Whether a shift of the person starts then or later."""
        starts = self._starts.get(person, [])
        return bool(starts) and starts[-1] >= begin

    def shifts_between(self, person: str, begin: datetime, end: datetime) -> int:
        """How many shifts of the person start in this time."""
        starts = self._starts.get(person, [])
        return bisect_left(starts, end) - bisect_left(starts, begin)
