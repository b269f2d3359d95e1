"""Roads, the one that a place is on, and which way a vehicle goes there: as the signs say it, not as the road bends."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from math import atan2, cos, degrees, floor, hypot, pi, radians

from plateward.ground.places.shapefile import Line
from plateward.ground.wire.distance import EARTH_M

METERS_A_DEGREE = EARTH_M * pi / 180  # of latitude
CELL = 0.05  # degrees: a place is compared with the roads of its cell, and of the cells that it may reach
TOGETHER = 16  # segments have one box
ALONG = 45.0  # degrees: a vehicle that goes another way than the road is not on it
WHOLE = 0.5  # of a road's length north or east: a shorter piece that hangs on nothing does not say which way is which

Node = tuple[float, float]
Stretch = tuple[
    float, float, float, float, int, int
]  # west, south, east and north of its points, the first and the last


@dataclass(frozen=True)
class OnRoad:
    """`way`: "northbound", or empty if it is not known."""

    name: str
    way: str


class Roads:
    """Points of all roads one after the other; a segment goes from a point to the next, and has the number of its
    first."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lons, self._lats = array("d"), array("d")
        self._begins: list[int] = []  # of each line, its first point
        self._names: list[tuple[int, str]] = []  # of each line, with its rank
        self._cells: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
        for line in lines:
            begin = len(self._lons)
            self._begins.append(begin)
            self._names.append((line.rank, line.name))
            self._lons.extend(line.points[::2])
            self._lats.extend(line.points[1::2])
            for first in range(begin, len(self._lons) - 1, TOGETHER):
                self._add(first, min(first + TOGETHER, len(self._lons) - 1))
        self._ways = self._signed()

    def _add(self, first: int, last: int) -> None:
        """The segments from the first point to the last, in the cells that they may touch."""
        lons, lats = self._lons[first : last + 1], self._lats[first : last + 1]
        west, south, east, north = min(lons), min(lats), max(lons), max(lats)
        stretch = (west, south, east, north, first, last)
        for row in range(floor(south / CELL), floor(north / CELL) + 1):
            for column in range(floor(west / CELL), floor(east / CELL) + 1):
                self._cells[row, column].append(stretch)

    def at(self, lat: float, lon: float, reach_m: float, heading: float | None) -> OnRoad | None:
        """The nearest within reach that goes where the vehicle goes; of several of one line, the first in rank."""
        best: tuple[tuple[int, int], int, float] | None = None
        width = cos(radians(lat))
        up = reach_m / METERS_A_DEGREE
        aside = up / width
        for segment in self._segments(lat - up, lon - aside, lat + up, lon + aside):
            meters, bearing = self._from(segment, lat, lon, width)
            if meters > reach_m or (heading is not None and _apart(heading, bearing, 180) > ALONG):
                continue
            line = bisect_right(self._begins, segment) - 1
            key = (round(meters / 5), self._names[line][0])
            if best is None or key < best[0]:
                best = (key, line, bearing)
        if best is None:
            return None
        _, line, bearing = best
        ways = self._ways[line]
        way = "" if heading is None or ways is None else ways[_apart(heading, bearing, 360) > 90]
        return OnRoad(self._names[line][1], way)

    def _segments(self, south: float, west: float, north: float, east: float) -> Iterator[int]:
        """Those that may touch the box."""
        rows = range(floor(south / CELL), floor(north / CELL) + 1)
        columns = range(floor(west / CELL), floor(east / CELL) + 1)
        for cell in ((row, column) for row in rows for column in columns):
            for left, below, right, above, first, last in self._cells.get(cell, ()):
                if left <= east and right >= west and below <= north and above >= south:
                    yield from range(first, last)

    def _from(self, segment: int, lat: float, lon: float, width: float) -> tuple[float, float]:
        """Meters from the segment, and its bearing in degrees."""
        west, south = (self._lons[segment] - lon) * width, self._lats[segment] - lat
        east, north = (self._lons[segment + 1] - lon) * width, self._lats[segment + 1] - lat
        dx, dy = east - west, north - south
        square = dx * dx + dy * dy
        share = min(1.0, max(0.0, -(west * dx + south * dy) / square)) if square else 0.0
        return hypot(west + share * dx, south + share * dy) * METERS_A_DEGREE, degrees(atan2(dx, dy))

    def _signed(self) -> list[tuple[str, str] | None]:
        """Of each line, the way along its points and the way against them, as the road's signs say: north and south if
        the whole road reaches farther so, else east and west. I-25 north of Santa Fe is northbound although it goes
        southeast: what counts is how far it is from the road's southern end."""
        roads: dict[str, list[int]] = defaultdict(list)
        for line, (_, name) in enumerate(self._names):
            roads[name].append(line)
        ways: list[tuple[str, str] | None] = [None] * len(self._names)
        for lines in roads.values():
            nodes = [node for line in lines for node in self._ends(line)]
            width = cos(radians(nodes[0][1]))
            reach = [_span(node[0] for node in nodes) * width, _span(node[1] for node in nodes)]
            axis = int(reach[1] >= reach[0])
            words = ("northbound", "southbound") if axis else ("eastbound", "westbound")
            for part, far in self._parts(lines, axis):
                if _span(node[axis] for node in far) * (1 if axis else width) < WHOLE * reach[axis]:
                    continue
                for line in part:
                    first, last = (far[node] for node in self._ends(line))
                    if first != last:
                        ways[line] = words if first < last else (words[1], words[0])
        return ways

    def _ends(self, line: int) -> tuple[Node, Node]:
        begin, end = self._points(line)
        return (self._lons[begin], self._lats[begin]), (self._lons[end], self._lats[end])

    def _points(self, line: int) -> tuple[int, int]:
        """Its first and its last."""
        after = self._begins[line + 1] if line + 1 < len(self._begins) else len(self._lons)
        return self._begins[line], after - 1

    def _parts(self, lines: list[int], axis: int) -> Iterable[tuple[list[int], dict[Node, float]]]:
        """The lines that hang together, and how far along them each of their ends is from the first one in the south or
        west."""
        at: dict[Node, list[int]] = defaultdict(list)
        for line in lines:
            for node in self._ends(line):
                at[node].append(line)
        left = set(at)
        for start in sorted(at, key=lambda node: node[axis]):
            if start not in left:
                continue
            far: dict[Node, float] = {}
            heap = [(0.0, start)]
            while heap:
                length, node = heappop(heap)
                if node in far:
                    continue
                far[node] = length
                for line in at[node]:
                    for other in self._ends(line):
                        if other not in far:
                            heappush(heap, (length + self._length(line), other))
            left -= far.keys()
            yield [*{line for node in far for line in at[node]}], far

    def _length(self, line: int) -> float:
        """In degrees, about."""
        begin = self._begins[line]
        end = (self._begins[line + 1] if line + 1 < len(self._begins) else len(self._lons)) - 1
        return sum(
            hypot(self._lons[i + 1] - self._lons[i], self._lats[i + 1] - self._lats[i])
            for i in range(begin, end)
        )


def _span(values: Iterable[float]) -> float:
    every = [*values]
    return max(every) - min(every)


def _apart(one: float, other: float, turn: int) -> float:
    """Degrees between two directions; with a turn of 180, between two lines."""
    apart = abs(one - other) % turn
    return min(apart, turn - apart)
