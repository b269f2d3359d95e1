"""What the queue says of the vehicles that were seen, and how far they were from whoever looks."""

from collections.abc import Iterable
from dataclasses import dataclass

from plateward.alerts.models import Alert, Sighting
from plateward.alerts.stored import reads_within
from plateward.policy.trace import enforces
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
    """By alert; of one whose read is gone, missing, or not there in time, nothing is known. The place is that of the
    last sighting."""
    every = list(alerts)
    first = {alert.pk: alert.read for alert in every}
    last = {alert.pk: last_sighting(alert) for alert in every}
    reads, _ = reads_within([*every, *last.values()], WITHIN)
    return {pk: _seen(reads.get(read), reads.get(last[pk].read)) for pk, read in first.items()}


def last_sighting(alert: Alert) -> Alert | Sighting:
    """Of this alert's vehicle; the alert itself, if it was seen once."""
    sightings: list[Alert | Sighting] = [alert, *alert.seen_again]
    return max(sightings, key=lambda seen: seen.seen_at)


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
