"""The demo's footage, `road.webm`: invented vehicles with invented plates on a New Mexico road, drawn by the project,
one after the other for 8 seconds each; and their hot list entries. It shows no time, since it is played at any."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROAD = Path(__file__).with_name("road.webm")
SECONDS = 8  # of each vehicle


@dataclass(frozen=True)
class Listing:
    """A line of the demo's hot list, as its agency typed it. `expired`: the entry has already expired. `record`: NCIC's
    own record of the vehicle, by the simulator's names."""

    plate: str
    state: str
    reason: str
    priority: str
    expired: bool = False
    vehicle: str = ""
    record: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CastVehicle:
    """A vehicle of the footage and its hot list entry."""

    plate: str
    state: str
    color: str
    listing: Listing | None = None


CAST = (
    # A sedan on no list: read, and no alert.
    CastVehicle("LKB274", "NM", "silver"),
    # A pickup, listed as stolen under this exact plate: an exact match.
    CastVehicle(
        "MRD583",
        "NM",
        "red",
        Listing(
            "MRD583",
            "NM",
            "stolen_vehicle",
            "high",
            vehicle="Red Ford F-150 pickup",
            record=(("year", "2018"), ("make", "FORD"), ("style", "PK"), ("color", "RED")),
        ),
    ),
    # A van. The list has 8 for B and O for 0: a folded match, to compare by eye.
    CastVehicle("TRB6084", "TX", "white", Listing("TR8 6O84", "TX", "stolen_plate", "normal")),
    # A sedan from Colorado; the listed plate is from New Mexico. Only reading the state shows the difference.
    CastVehicle("KTH347", "CO", "blue", Listing("KTH347", "NM", "wanted_person", "normal")),
    # An Arizona pickup that carries goods: NCIC has no record, FMCSA has put its carrier out of service.
    CastVehicle(
        "CHA4719",
        "AZ",
        "white",
        Listing("CHA4719", "AZ", "public_safety", "normal", vehicle="White Ford F-550 flatbed truck"),
    ),
    # A van whose entry has expired: read, and no alert.
    CastVehicle("PKT926", "NM", "tan", Listing("PKT926", "NM", "property_crime", "low", expired=True)),
    # A sedan on the shoulder, listed for a missing person: an exact match.
    CastVehicle("GHY851", "NM", "green", Listing("GHY851", "NM", "missing_person", "high")),
    # A Texas sedan that District 5 itself wants (furnish.requests): NCIC need not know it.
    CastVehicle("NPL2573", "TX", "black"),
)
LISTINGS = tuple(vehicle.listing for vehicle in CAST if vehicle.listing)
