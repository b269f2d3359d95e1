"""What the hub's charts draw: a table whose rows are bars (web/bars.html), and a bar for each day of two months."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 60


def widths(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int, float]]:
    """Each row with its length in percent of the longest."""
    numbers = list(rows)
    longest = max((number for _, number in numbers), default=0) or 1
    return [(name, number, round(100 * number / longest, 2)) for name, number in numbers]


@dataclass(frozen=True)
class DayBar:
    """A day of the chart; `x` and `height` are in the units of its drawing, which is 100 high."""

    day: date
    number: int
    x: int
    height: float


def day_bars(numbers: Mapping[date, int], last: date) -> list[DayBar]:
    """The days until `last`, oldest first; none if nothing is known of any."""
    first = last - timedelta(days=DAYS - 1)
    days = [first + timedelta(days=index) for index in range(DAYS)]
    most = max([1, *numbers.values()])
    return [
        DayBar(day, numbers.get(day, 0), 10 * index, round(max(2, 100 * numbers.get(day, 0) / most), 1))
        for index, day in enumerate(days)
        if numbers
    ]
