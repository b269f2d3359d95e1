"""A reader's placement, delivered to it: its deployments and the exclusion zones, signed by the hub."""

import threading
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.fleet.bounds import deployments_of, exclusion_zones
from plateward.field.fleet.devices import MSGPACK, device_view, reader_actor
from plateward.field.fleet.models import Reader
from plateward.field.fleet.placements.rules import PAST_ON_READERS
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire import encode
from plateward.ground.wire.placement import Placement, Zone, sign_placement

AHEAD = timedelta(days=7)  # so long may a reader be without the hub and know what begins
MOST_DEPLOYMENTS = 1000  # the newest; with rules.MOST_ZONES, half of what a placement may hold
RECENT_S = 0.2  # seconds

_recent: tuple[float, list[Zone]] = (-RECENT_S, [])
_recent_lock = threading.Lock()


@enforces("6.a.ii.1/outside", "6.a.ii.1/zones", "6.b.i.9/records")
def placement_of(reader: Reader) -> Placement:
    """What its disk needs: deployments and zones that are in force, begin soon or ended within a day, as a read is
    compared at most seconds after its photograph. It may be stolen: a court order's times leave it a day later. Raises
    Refused if one was altered past the hub."""
    now = clock.now()
    needed = [
        times
        for times in deployments_of(reader)
        if times.begins_at < now + AHEAD
        and _is_later(now - PAST_ON_READERS, times.ends_at)
        and _is_later(now - PAST_ON_READERS, times.ended_at)
    ]
    return Placement(reader.name, now, needed[:MOST_DEPLOYMENTS], _recent_zones())


def _is_later(at: datetime, end: datetime | None) -> bool:
    return end is None or end > at


def _recent_zones() -> list[Zone]:
    """The zones, at most RECENT_S old: hundreds of readers ask every few seconds."""
    global _recent  # noqa: PLW0603  # this process's only cache
    with _recent_lock:
        at, zones = _recent
        if time.monotonic() - at > RECENT_S:
            since = clock.now() - PAST_ON_READERS
            zones = [zone for zone in exclusion_zones() if _is_later(since, zone.ended_at)]
            _recent = time.monotonic(), zones
        return zones


@device_view("GET")
@enforces("6.a.ii.1/outside", "6.a.ii.1/zones", "6.b.i.9/entries")
def deliver_placement(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The signed placement of this reader. Each answer about the hot list names the version that counts, so that the
    reader asks only for another. While a record of it is not as the log says, the reader keeps what it has."""
    placement = placement_of(reader)
    with act(reader_actor(reader, request), Event.PLACEMENT_DELIVER, f"reader:{reader.name}") as entry:
        entry.note(version=placement.version, zones=len(placement.zones))
        signed = sign_placement(settings.RING.signing("hotlist"), placement)
    return HttpResponse(encode(signed), content_type=MSGPACK)
