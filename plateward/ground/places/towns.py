"""Towns, and which one a place is in or near."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, cos, degrees, floor, hypot, inf, pi, radians, sqrt
from pathlib import Path

from plateward.ground.wire.distance import EARTH_M, MILE

MILES_A_DEGREE = EARTH_M * pi / 180 / MILE  # of latitude
PEOPLE_A_SQUARE_MILE = 2_000  # a town is taken for a disk: GeoNames has its middle and its population
SMALLEST_MI = 1.0  # from its middle to its edge
CELL = 1.0  # degrees
SURELY_MI = 50.0  # a town that is nearer is in the cell of the place, or in one beside it
POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True, slots=True)
class Town:
    """`name` includes the state if it is another one than the agency's."""

    name: str
    radius_mi: float
    lat: float
    lon: float


class Towns:
    """All that are known, by cells: of most places the town is in their own cell or beside it."""

    def __init__(self, towns: Iterable[Town]) -> None:
        self._every = [*towns]
        self._cells: dict[tuple[int, int], list[Town]] = defaultdict(list)
        for town in self._every:
            self._cells[_cell(town.lat, town.lon)].append(town)

    def words(self, lat: float, lon: float) -> str:
        """ "in La Cienega", "2 mi E of La Cienega"; empty if no town is known."""
        row, column = _cell(lat, lon)
        rows, columns = (row - 1, row, row + 1), (column - 1, column, column + 1)
        near = [town for r in rows for c in columns for town in self._cells.get((r, c), ())]
        miles, words = _nearest_in_words(near, lat, lon)
        return words if miles < SURELY_MI else _nearest_in_words(self._every, lat, lon)[1]


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return floor(lat / CELL), floor(lon / CELL)


def _nearest_in_words(towns: Iterable[Town], lat: float, lon: float) -> tuple[float, str]:
    """How far the nearest is, and the words. A village goes before the city around it."""
    width = MILES_A_DEGREE * cos(radians(lat))
    nearest, inside = (inf, 0.0, 0.0, ""), (1.0, "")
    for town in towns:
        east, north = (lon - town.lon) * width, (lat - town.lat) * MILES_A_DEGREE
        miles = hypot(east, north)
        if miles < nearest[0]:
            nearest = (miles, east, north, town.name)
        if miles < town.radius_mi * inside[0]:
            inside = (miles / town.radius_mi, f"in {town.name}")
    miles, east, north, name = nearest
    if inside[1] or not name:
        return miles, inside[1]
    return miles, f"{max(1, round(miles))} mi {POINTS[round(degrees(atan2(east, north)) / 45) % 8]} of {name}"


def read_towns(path: Path, home: str) -> Towns:
    """From the file that the maps draw (frontend/build.py). `home`: the state that goes without saying."""
    features = json.loads(path.read_bytes())["features"]
    return Towns(
        _town(home=home, at=item["geometry"]["coordinates"], **item["properties"]) for item in features
    )


def _town(name: str, population: int, state: str, *, home: str, at: list[float]) -> Town:
    radius_mi = max(SMALLEST_MI, sqrt(population / PEOPLE_A_SQUARE_MILE / pi))
    return Town(name if state == home else f"{name}, {state}", radius_mi, at[1], at[0])
