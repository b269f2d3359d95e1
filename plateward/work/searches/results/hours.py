"""Reads by hour and day, in the agency's time: the timeline. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

LEVELS = (1, 2, 5, 20)  # reads in an hour from which a cell is darker


@dataclass(frozen=True)
class HourCell:
    """An hour of a day."""

    hour: int
    reads: int

    @property
    def level(self) -> int:
        """How dark: 0 (nothing) to 4."""
        return sum(self.reads >= least for least in LEVELS)


@dataclass(frozen=True)
class DayRow:
    """A day and its 24 hours."""

    day: date
    cells: tuple[HourCell, ...]

    @property
    def reads(self) -> int:
        """Of the whole day."""
        return sum(cell.reads for cell in self.cells)


class Hours:
    """Counts reads by day and hour as they come."""

    def __init__(self) -> None:
        self._counts: dict[date, list[int]] = {}

    def add(self, moments: Iterable[datetime]) -> list[DayRow]:
        """Count these moments, in the agency's time; returns the days that changed."""
        changed: set[date] = set()
        for at in moments:
            self._counts.setdefault(at.date(), [0] * 24)[at.hour] += 1
            changed.add(at.date())
        return [self._row(day) for day in sorted(changed, reverse=True)]

    def _row(self, day: date) -> DayRow:
        return DayRow(day, tuple(HourCell(hour, reads) for hour, reads in enumerate(self._counts[day])))
