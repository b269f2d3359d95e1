"""Where a vehicle was seen under one alert, in the order in which it was seen, whatever came late."""

import json
from dataclasses import dataclass
from datetime import datetime

from plateward.alerts.models import Alert, Sighting
from plateward.alerts.routing.rules import about_the_clock
from plateward.policy.trace import enforces
from plateward.reads.store import Placed, store
from plateward.vault.days import DayDestroyed
from plateward.wire.read import Position

MOST = 50  # a reader that stands behind the vehicle adds one every few seconds


@dataclass(frozen=True)
class Point:
    """One sighting. `position` is None where the reader did not know, or the read is not kept any more; `clock` says
    what is wrong with its time."""

    number: int
    seen_at: datetime
    camera: str
    unit: str
    position: Position | None
    clock: str


@dataclass(frozen=True)
class Trail:
    """The latest sightings, oldest first; `more`: how many there were before them."""

    points: tuple[Point, ...]
    more: int

    @property
    def placed(self) -> str:
        """For the map, as JSON: number, latitude and longitude of those whose place is known."""
        return json.dumps(
            [[one.number, one.position.lat, one.position.lon] for one in self.points if one.position]
        )


@enforces("5.b", "5.i")
def trail(alert: Alert) -> Trail:
    """By the hub's clock; the alert's own read is one of them."""
    again = alert.sightings.select_related("reader__unit").order_by("-seen_at")[:MOST]
    seen: list[Alert | Sighting] = [alert, *again]
    every = sorted(seen, key=lambda one: one.seen_at)[-MOST:]
    before = 1 + alert.sightings.count() - len(every)
    points = []
    for number, one in enumerate(every, start=before + 1):
        try:
            stored = store().get(Placed(one.captured_at.date(), one.read))
        except DayDestroyed:
            stored = None
        read = stored.read if stored else None
        points.append(
            Point(
                number,
                one.seen_at,
                one.reader.camera,
                str(one.reader.unit or ""),
                read.position if read else None,
                about_the_clock(one.captured_at, one.seen_at, read.clock_error_ms if read else None),
            )
        )
    return Trail(tuple(points), before)
