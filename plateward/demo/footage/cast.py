"""The demo's vehicles: which drive by, and their hot list entries. All invented."""

from __future__ import annotations

from dataclasses import dataclass

from plateward.demo.footage.scene import DrawnVehicle, Scene


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
    """A vehicle and its hot list entry."""

    scene: Scene
    listing: Listing | None


CAST = (
    # A silver sedan on no list: read, and no alert.
    CastVehicle(
        Scene(DrawnVehicle("LKB 274", "NM", "sedan", "silver", "NM-turquoise"), "follow", "day"),
        None,
    ),
    # A red pickup, listed as stolen under this exact plate: an exact match.
    CastVehicle(
        Scene(DrawnVehicle("MRD 583", "NM", "pickup", "red", "NM-yellow"), "follow", "day"),
        Listing(
            "MRD583",
            "NM",
            "stolen_vehicle",
            "high",
            vehicle="Red Ford F-150 pickup",
            record=(("year", "2018"), ("make", "FORD"), ("style", "PK"), ("color", "RED")),
        ),
    ),
    # A white van. The list has 8 for B and O for 0: a folded match, to compare by eye.
    CastVehicle(
        Scene(DrawnVehicle("TRB 6084", "TX", "van", "white", "TX"), "overtaken", "day"),
        Listing("TR8 6O84", "TX", "stolen_plate", "normal"),
    ),
    # A blue sedan from Colorado; the listed plate is from New Mexico. Only reading the state shows the difference.
    CastVehicle(
        Scene(DrawnVehicle("KTH 347", "CO", "sedan", "blue", "CO"), "parked", "day"),
        Listing("KTH347", "NM", "wanted_person", "normal"),
    ),
    # A white Arizona pickup that carries goods: NCIC has no record, FMCSA has put its carrier out of service.
    CastVehicle(
        Scene(DrawnVehicle("CHA 4719", "AZ", "pickup", "white", "AZ"), "overtaken", "evening"),
        Listing("CHA4719", "AZ", "public_safety", "normal", vehicle="White Ford F-550 flatbed truck"),
    ),
    # A tan van whose entry has expired: read, and no alert.
    CastVehicle(
        Scene(DrawnVehicle("PKT 926", "NM", "van", "tan", "NM-turquoise"), "follow", "evening"),
        Listing("PKT926", "NM", "property_crime", "low", expired=True),
    ),
    # A green sedan on the shoulder, listed for a missing person: an exact match.
    CastVehicle(
        Scene(DrawnVehicle("GHY 851", "NM", "sedan", "green", "NM-yellow"), "parked", "evening"),
        Listing("GHY851", "NM", "missing_person", "high"),
    ),
    # A black Texas sedan that District 5 itself wants (furnish.requests): NCIC need not know it.
    CastVehicle(
        Scene(DrawnVehicle("NPL 2573", "TX", "sedan", "black", "TX"), "overtaken", "evening"),
        None,
    ),
)

SCENES = tuple(part.scene for part in CAST)
LISTINGS = tuple(part.listing for part in CAST if part.listing is not None)
