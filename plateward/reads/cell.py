"""The 0.02° grid cell of a place: the read store's index of places."""

import math

from plateward.wire.read import Position

DEGREES = 0.02
_CELLS_IN_ROW = 20_000  # more than 360° / 0.02°


def cell_of(position: Position | None) -> int | None:
    """The cell's number, or None if the reader did not know its position."""
    if position is None:
        return None
    row, column = math.floor((position.lat + 90) / DEGREES), math.floor((position.lon + 180) / DEGREES)
    return row * _CELLS_IN_ROW + column
