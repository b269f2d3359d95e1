"""A vehicle in the register."""

from typing import Any

from plateward.hotlists.protected import actions
from plateward.hotlists.protected.models import Vehicle
from plateward.testing.hotlist import GLORIA


def registered(plate: str = "BKT 419", state: str = "NM", kind: str = "personal", **more: Any) -> Vehicle:
    """Put into the register by the administrator; of nobody and of no unit, unless it is said."""
    return actions.add_vehicle(GLORIA, plate, state, kind, more.get("person"), more.get("unit"))
