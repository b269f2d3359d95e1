"""Who is on shift when."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from plateward.oversight.detectors.records import Shift

ROSTERED = timedelta(days=14)  # a person without a shift around a day has no roster to be measured by
LONGEST = timedelta(hours=36)


class Roster:
    """Shifts by person. `ends_at`: the start of the last one that is rostered."""

    def __init__(self, shifts: Iterable[Shift]) -> None:
        self._shifts: dict[str, list[Shift]] = defaultdict(list)
        for shift in shifts:
            self._shifts[shift.person].append(shift)
        for listed in self._shifts.values():
            listed.sort(key=lambda shift: shift.start)
        everything = [shift.start for listed in self._shifts.values() for shift in listed]
        self.ends_at = max(everything, default=datetime.min.replace(tzinfo=UTC))
        self._starts = {person: [shift.start for shift in listed] for person, listed in self._shifts.items()}

    def is_off(self, person: str, at: datetime, margin: timedelta) -> bool | None:
        """Whether this is outside the person's shifts, each longer by the margin. None: no roster says."""
        starts = self._starts.get(person)
        if not starts:
            return None
        first, last = bisect_left(starts, at - ROSTERED), bisect_right(starts, at + ROSTERED)
        if first == last:
            return None
        near = self._shifts[person][bisect_left(starts, at - LONGEST) : bisect_right(starts, at + margin)]
        return not any(shift.start - margin <= at <= shift.end + margin for shift in near)

    def shifts_between(self, person: str, begin: datetime, end: datetime) -> int:
        """How many shifts of the person start in this time."""
        starts = self._starts.get(person, [])
        return bisect_left(starts, end) - bisect_left(starts, begin)
