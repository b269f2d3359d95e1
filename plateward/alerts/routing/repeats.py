"""How long a listed plate that returns after its alert was handled rings for nobody. Pure; the reasons are in
docs/decisions/0067."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.alerts.facts import AlertOutcome
from plateward.policy.trace import enforces

# How long the next car learns how it was handled: one shift.
HANDLED_LATELY = timedelta(hours=12)
# Lists that seek a vehicle or plate. Others may mean a person in danger or dangerous: they always ring.
VEHICLE_REASONS = frozenset(
    {"criminal_investigation", "criminal_nexus", "property_crime", "stolen_plate", "stolen_vehicle"}
)
# The vehicle seen was not the listed one, which may still come by.
OTHER_VEHICLE_OUTCOMES = frozenset(
    {AlertOutcome.MISREAD, AlertOutcome.OTHER_PLATE, AlertOutcome.WRONG_STATE, AlertOutcome.WRONG_VEHICLE}
)


@dataclass(frozen=True)
class LastHandled:
    """How an entry's last alert ended: its key, when, the outcome, and the key of the reader that saw its
    vehicle."""

    alert: int
    at: datetime
    outcome: AlertOutcome
    reader: int


@enforces("5.b")
def silent_until(
    handled: LastHandled, reason: str, reader: int, minutes: Mapping[str, int]
) -> datetime | None:
    """Until when another read of the entry, listed for this reason, rings for nobody; None: it rings now.

    `minutes`: the agency's terms by outcome; others, such as vehicle not located, are not silenced. An
    outcome about another vehicle silences only the same reader, which may be behind that vehicle.
    """
    if reason not in VEHICLE_REASONS:
        return None
    if handled.outcome in OTHER_VEHICLE_OUTCOMES and reader != handled.reader:
        return None
    term = minutes.get(handled.outcome, 0)
    return handled.at + timedelta(minutes=term) if term else None
