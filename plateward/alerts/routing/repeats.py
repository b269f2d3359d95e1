"""A listed plate that comes by again after its alert was handled: for how long it rings for nobody. Pure; the reasons
are in docs/decisions/0067."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.alerts.facts import AlertOutcome
from plateward.policy.trace import enforces

# How long the next car is told how it was handled: a shift.
HANDLED_LATELY = timedelta(hours=12)
# Lists that seek a vehicle or a plate. Of all others a person may be in danger, or be one: they ring every time.
VEHICLE_REASONS = frozenset(
    {"criminal_investigation", "criminal_nexus", "property_crime", "stolen_plate", "stolen_vehicle"}
)
# What was seen was another vehicle than the listed one, which may still come by.
OTHER_VEHICLE_OUTCOMES = frozenset(
    {AlertOutcome.MISREAD, AlertOutcome.OTHER_PLATE, AlertOutcome.WRONG_STATE, AlertOutcome.WRONG_VEHICLE}
)


@dataclass(frozen=True)
class LastHandled:
    """How the last alert of an entry ended: its key, when, with which result, and the key of the reader that had seen
    its vehicle."""

    alert: int
    at: datetime
    outcome: AlertOutcome
    reader: int


@enforces("5.b")
def silent_until(
    handled: LastHandled, reason: str, reader: int, minutes: Mapping[str, int]
) -> datetime | None:
    """Until when another read of the entry, which is listed for this reason, rings for nobody; None: it rings at once.

    `minutes`: the agency's terms, by result; a result without one is not silenced, as when the vehicle was not located.
    One that was of another vehicle silences the same reader alone: it may stand behind that vehicle.
    """
    if reason not in VEHICLE_REASONS:
        return None
    if handled.outcome in OTHER_VEHICLE_OUTCOMES and reader != handled.reader:
        return None
    term = minutes.get(handled.outcome, 0)
    return handled.at + timedelta(minutes=term) if term else None
