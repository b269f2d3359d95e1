"""An area of the map as JSON: what a page sends, and what is kept with a search. Pure.

`{"box": [south, west, north, east]}`, `{"circle": [lat, lon, meters]}` or `{"road": [[lat, lon], …], "meters": 200}`.
"""

import json
from typing import Any

from plateward.reads.areas import MOST_POINTS, Area, BadQuery, Box, Circle, Corridor

LONGEST = 20_000  # characters


def read_area(text: str) -> Area | None:
    """The area; None for no text. Raises BadQuery for anything else."""
    if not text:
        return None
    try:
        value: Any = json.loads(text) if len(text) <= LONGEST else None
        match value:
            case {"box": [south, west, north, east]}:
                return Box(*_numbers(south, west, north, east))
            case {"circle": [lat, lon, meters]}:
                return Circle(*_numbers(lat, lon, meters))
            case {"road": [*points], "meters": meters} if len(points) <= MOST_POINTS:
                return Corridor(tuple(_point(point) for point in points), *_numbers(meters))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise _unreadable() from error
    raise _unreadable()


def write_area(area: Area | None) -> str:
    """The same area as JSON; "" for none."""
    match area:
        case None:
            return ""
        case Box():
            return json.dumps({"box": [area.south, area.west, area.north, area.east]})
        case Circle():
            return json.dumps({"circle": [area.lat, area.lon, area.meters]})
        case Corridor():
            return json.dumps({"road": [list(point) for point in area.points], "meters": area.meters})


def _point(value: Any) -> tuple[float, float]:
    lat, lon = value
    first, second = _numbers(lat, lon)
    return first, second


def _numbers(*values: Any) -> list[float]:
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        raise _unreadable()
    return [float(value) for value in values]


def _unreadable() -> BadQuery:
    return BadQuery("The area on the map cannot be read. Draw it again.")
