"""Where a vehicle was seen under one alert, in the order it was seen, even if reads came late."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from plateward.field.reads.place import read_place
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Position, Read
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.alerts.routing.rules import clock_warning
from plateward.work.alerts.stored import reads_of

MAX_POINTS = 50  # a reader waiting behind the vehicle adds one every few seconds


@dataclass(frozen=True)
class TrailPoint:
    """One sighting. `position` is None if the reader did not know, or the read is no longer there; `where` is it in
    words; `clock` says what is wrong with its time."""

    number: int
    seen_at: datetime
    camera: str
    unit: str
    position: Position | None
    where: str
    clock: str


@dataclass(frozen=True)
class Trail:
    """The latest sightings, oldest first; `more`: how many came before them; `whole`: every position is there whose
    read is not destroyed; `legibility`: by read, how well its plate can be read, where that is known."""

    points: tuple[TrailPoint, ...]
    more: int
    whole: bool
    legibility: Mapping[UUID, float]

    @property
    def last(self) -> TrailPoint:
        """The latest sighting."""
        return self.points[-1]

    @property
    def clocks(self) -> list[str]:
        """What is wrong with the times of its sightings, each once."""
        return [*dict.fromkeys(point.clock for point in self.points if point.clock)]

    @property
    def placed(self) -> str:
        """JSON for the map: number, latitude and longitude of each sighting with a known place."""
        return json.dumps(
            [
                [point.number, point.position.lat, point.position.lon]
                for point in self.points
                if point.position
            ]
        )


@enforces("5.i/position")
def trail(alert: Alert) -> Trail:
    """By the hub's clock, including the alert's own read."""
    again = alert.sightings.select_related("reader__unit").order_by("-seen_at")[:MAX_POINTS]
    sightings: list[Alert | Sighting] = [alert, *again]
    every = sorted(sightings, key=lambda sighting: sighting.seen_at)[-MAX_POINTS:]
    before = 1 + alert.sightings.count() - len(every)
    own, _, away = alert.stored
    reads, whole = reads_of(again)
    reads |= {alert.read: own.read} if own else {}
    points = []
    for number, sighting in enumerate(every, start=before + 1):
        read = reads.get(sighting.read)
        points.append(
            TrailPoint(
                number,
                sighting.seen_at,
                sighting.reader.camera,
                str(sighting.reader.unit or ""),
                read.position if read else None,
                read_place(read),
                clock_warning(sighting.captured_at, sighting.seen_at, read.clock_error_ms if read else None),
            )
        )
    legibility = {read.id: _legibility(read) for read in reads.values()}
    return Trail(tuple(points), before, whole and not away, legibility)


def _legibility(read: Read) -> float:
    """How sure its reader was, and how wide the plate is in the picture."""
    _, _, width, _ = read.box
    return read.confidence * width
