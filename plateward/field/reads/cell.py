"""The 0.02° grid cell of a place: the read store's index of places."""

import math
from collections.abc import Iterator
from functools import lru_cache

from plateward.field.reads.areas import METERS_PER_DEGREE, Area, Box, Circle, Corridor
from plateward.ground.wire.read import Position

DEGREES = 0.02
HALF_DIAGONAL_M = (
    DEGREES * METERS_PER_DEGREE * math.sqrt(0.5)
)  # no place in a cell is farther from its center
_CELLS_IN_ROW = 20_000  # more than 360° / 0.02°


def cell_of(position: Position | None) -> int | None:
    """The cell's number, or None if the reader did not know its position."""
    if position is None:
        return None
    return _row(position.lat) * _CELLS_IN_ROW + _column(position.lon)


@lru_cache(maxsize=64)  # each day and each page of a search asks again
def cells_of(area: Area, at_most: int) -> frozenset[int] | None:
    """The cells that cover the area, or None if these are more than `at_most`."""
    cells: set[int] = set()
    for part in area.stretches() if isinstance(area, Corridor) else (area,):
        for row, columns in _strips(part):
            cells.update(
                number
                for column in columns
                if (number := row * _CELLS_IN_ROW + column) not in cells
                and (isinstance(part, Box) or part.contains(*_center(row, column), HALF_DIAGONAL_M))
            )
            if len(cells) > at_most:
                return None
    return frozenset(cells)


def _strips(part: Box | Circle | Corridor) -> Iterator[tuple[int, range]]:
    """Rows, each with the columns where the part may have cells; a corridor is a single stretch."""
    boxes = part.bounds()
    for box in boxes:
        for row in range(_row(box.south), _row(box.north) + 1):
            west, east = box.west, box.east
            if isinstance(part, Corridor) and len(boxes) == 1:
                reach_west, reach_east = _reach(part, _center(row, 0)[0])
                west, east = max(west, reach_west), min(east, reach_east)
            yield row, range(_column(west), _column(east) + 1)


def _reach(stretch: Corridor, lat: float) -> tuple[float, float]:
    """From which longitude to which a cell with its center at this latitude may touch the stretch."""
    (a, b), (c, d) = sorted(stretch.points)
    reach = (stretch.meters + HALF_DIAGONAL_M) / METERS_PER_DEGREE
    ends = [
        b + (d - b) * min(1.0, max(0.0, (edge - a) / (c - a))) if c > a else end
        for edge, end in ((lat - reach, b), (lat + reach, d))
    ]
    beside = reach / max(1e-6, math.cos(math.radians(lat)))
    return min(ends) - beside, max(ends) + beside


def _row(lat: float) -> int:
    return math.floor((lat + 90) / DEGREES)


def _column(lon: float) -> int:
    return math.floor((lon + 180) / DEGREES)


def _center(row: int, column: int) -> tuple[float, float]:
    return (row + 0.5) * DEGREES - 90, (column + 0.5) * DEGREES - 180
