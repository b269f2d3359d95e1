"""Where something is, as an officer says it on the radio."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from plateward.ground import clock
from plateward.ground.places.roads import Roads
from plateward.ground.places.shapefile import read_roads
from plateward.ground.places.towns import Towns, read_towns
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Read

UNKNOWN = "Location unknown"
HOME = "NM"
TOWNS = (
    Path(__file__).parents[2] / "web" / "static" / "dist" / "map" / "towns.geojson"
)  # by frontend/build.py
BESIDE_M = 60.0  # from a road's middle line: its lanes, its shoulder, and the error of the file
USUAL_ERROR_M, LARGEST_ERROR_M = 15.0, 100.0  # of a position: beyond, it may be on any road
HEADINGS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")


@dataclass(frozen=True)
class Places:
    """What is known of the land. `roads` is None if the agency gave no file."""

    towns: Towns
    roads: Roads | None = None

    def words(
        self, lat: float, lon: float, heading: float | None = None, accuracy_m: float | None = None
    ) -> str:
        """ "2 mi E of La Cienega, I-25 northbound". Without a road that says which way its signs point, the heading:
        "2 mi E of La Cienega, heading northeast"; without a heading, no direction."""
        town = self.towns.words(lat, lon) or f"{lat:.4f}, {lon:.4f}"
        error = USUAL_ERROR_M if accuracy_m is None else accuracy_m
        road = (
            self.roads.at(lat, lon, BESIDE_M + error, heading)
            if self.roads and error <= LARGEST_ERROR_M
            else None
        )
        going = road.way if road else ""
        if heading is not None and not going:
            going = f"heading {HEADINGS[round(heading / 45) % 8]}"
        if not road:
            return f"{town}, {going}" if going else town
        return f"{town}, {road.name}{' ' if road.way else ', '}{going}" if going else f"{town}, {road.name}"

    @enforces("5.c/position", "5.i/position")
    def of_read(self, read: Read | None) -> str:
        """Where the read was taken. Without it, or its position, that this is not known; if the reader said so, why,
        and where it was last: "Location unknown (no fix); 2 minutes before: 2 mi E of La Cienega"."""
        if read is None or read.position is None:
            last = read.last_position if read else None
            why = f" ({read.position_lack})" if read and read.position_lack else ""
            if last is None:
                return f"{UNKNOWN}{why}"
            before = clock.format_span(timedelta(seconds=last.age_s or 0))
            return f"{UNKNOWN}{why}; {before} before: {self.words(last.lat, last.lon, None, last.accuracy_m)}"
        position = read.position
        return self.words(position.lat, position.lon, read.heading, position.accuracy_m)


def read_places(roads: Path | None) -> Places:
    """With the towns of the maps, and the roads of this file, if any. Raises NoRoads."""
    return Places(read_towns(TOWNS, HOME), Roads(read_roads(roads, HOME)) if roads else None)
