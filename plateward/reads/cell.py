"""The 0.02° grid cell of a place: the read store's index of places."""

import math

from plateward.reads.areas import METERS_PER_DEGREE, Area, Box, Corridor
from plateward.wire.read import Position

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


def cells_of(area: Area, at_most: int) -> set[int] | None:
    """The cells that cover the area, or None if these are more than `at_most`."""
    parts = area.stretches() if isinstance(area, Corridor) else (area,)
    cells: set[int] = set()
    for part in parts:
        for box in part.bounds():
            rows = range(_row(box.south), _row(box.north) + 1)
            columns = range(_column(box.west), _column(box.east) + 1)
            if len(rows) * len(columns) > 4 * at_most:  # a straight stretch covers far less than its bounds
                return None
            cells.update(
                row * _CELLS_IN_ROW + column
                for row in rows
                for column in columns
                if isinstance(part, Box) or part.contains(*_center(row, column), HALF_DIAGONAL_M)
            )
    return cells if len(cells) <= at_most else None


def _row(lat: float) -> int:
    return math.floor((lat + 90) / DEGREES)


def _column(lon: float) -> int:
    return math.floor((lon + 180) / DEGREES)


def _center(row: int, column: int) -> tuple[float, float]:
    return (row + 0.5) * DEGREES - 90, (column + 0.5) * DEGREES - 180
