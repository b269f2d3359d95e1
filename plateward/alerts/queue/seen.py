"""What the queue says of the vehicles that were seen, and how far they were from whoever looks."""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from plateward.alerts.models import Alert, Sighting
from plateward.policy.trace import enforces
from plateward.reads.store import configured_store
from plateward.reads.store.away import StoreAway, store_answers
from plateward.vault.day_keys import DayDestroyed
from plateward.wire.distance import MILE, meters_between
from plateward.wire.read import Read

WITHIN = 0.2  # seconds, for all that the read store is asked at once: an alarm does not wait for its vehicle's color
Place = tuple[float, float]  # latitude and longitude, in degrees


@dataclass(frozen=True)
class SeenVehicle:
    """As its reader reported it: "Red pickup", or empty; where it was last, if that is known; and whether there is a
    picture."""

    words: str = ""
    place: Place | None = None
    pictured: bool = False


@enforces("5.b")
def seen_vehicles(alerts: Iterable[Alert]) -> dict[int, SeenVehicle]:
    """By alert; of one whose read is gone, missing, or not there in time, nothing is known. A question for each day of
    capture, the latest first. The place is that of the last sighting."""
    every = list(alerts)
    first = {alert.pk: alert.read for alert in every}
    last = {alert.pk: last_sighting(alert) for alert in every}
    days: dict[date, set[UUID]] = defaultdict(set)
    for alert in every:
        for seen in (alert, last[alert.pk]):
            days[seen.captured_at.date()].add(seen.read)
    until = time.monotonic() + WITHIN
    reads = {read.id: read for day in sorted(days, reverse=True) for read in _reads(day, days[day], until)}
    return {pk: _seen(reads.get(read), reads.get(last[pk].read)) for pk, read in first.items()}


def last_sighting(alert: Alert) -> Alert | Sighting:
    """Of this alert's vehicle; the alert itself, if it was seen once."""
    sightings: list[Alert | Sighting] = [alert, *alert.seen_again]
    return max(sightings, key=lambda seen: seen.seen_at)


def _reads(day: date, ids: set[UUID], until: float) -> list[Read]:
    try:
        with store_answers():
            within = max(0.0, until - time.monotonic())
            return [stored.read for stored in configured_store().chosen(day, ids, within)]
    except (DayDestroyed, StoreAway):  # whatever became of a day, its alerts are shown and ring
        return []


def _seen(read: Read | None, last: Read | None) -> SeenVehicle:
    vehicle = read.vehicle if read else None
    facts = (vehicle.color, vehicle.kind or vehicle.model) if vehicle else ()
    words = " ".join(fact.value for fact in facts if fact).capitalize()
    position = last.position if last else None
    return SeenVehicle(words, (position.lat, position.lon) if position else None, read is not None)


def distance_text(here: Place | None, place: Place | None) -> str:
    """How far the vehicle was, when it was last seen, from where the viewer's own unit was last."""
    if here is None or place is None:
        return "Distance unknown"
    miles = meters_between(*here, *place) / MILE
    return f"{miles:.1f} mi from your unit" if miles < 10 else f"{miles:,.0f} mi from your unit"
