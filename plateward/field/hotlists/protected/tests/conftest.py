"""A vehicle in the register."""

from typing import Any

from plateward.field.hotlists.protected import actions
from plateward.field.hotlists.protected.models import Vehicle
from plateward.testing.hotlist import GLORIA


def registered(plate: str = "BKT 419", state: str = "NM", kind: str = "personal", **more: Any) -> Vehicle:
    """Have the administrator register a vehicle; without owner or unit unless given."""
    return actions.add_vehicle(GLORIA, plate, state, kind, more.get("person"), more.get("unit"))
