"""Where and when a reader may record license plates: the hub asks at intake, the reader before it compares. Pure."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.distance import meters_between
from plateward.ground.wire.read import Position, PositionLack

PUBLIC_VIEW, COURT_ORDER = "public", "order"  # why a reader may record where it is
METERS_A_DEGREE = 111_000.0  # of latitude; rather too few
USUAL_ERROR_M = 30.0  # of a position that does not state its accuracy
FASTEST_M_S = 67.0  # 150 mph: since a fix, a vehicle may have gone on at this speed
OLDEST_S, LEAST_SURE_M = 30.0, 250.0  # beyond, a position is none


class DropReason(StrEnum):
    """Why a read is dropped before storage, as the log counts it."""

    DEPLOYMENT = "outside every deployment of its reader"
    ZONE = "in an exclusion zone"
    UNKNOWN = "possibly in an exclusion zone, without a good position"


class RecordedCircle(Protocol):
    """A place: degrees, meters."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def radius_m(self) -> int: ...


class RecordedZone(RecordedCircle, Protocol):
    """What matters of an exclusion zone: the hub's row (field/fleet/models.py), or what a reader has of it."""

    @property
    def ended_at(self) -> datetime | None: ...


class RecordedDeployment(Protocol):
    """What matters of a deployment, as its reader has it (placement.py)."""

    @property
    def begins_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def scope(self) -> RecordedCircle | None: ...


def is_in_force(deployment: RecordedDeployment, at: datetime) -> bool:
    """Whether the reader may record at this time because of it."""
    ends = [end for end in (deployment.ends_at, deployment.ended_at) if end]
    return deployment.begins_at <= at and all(at < end for end in ends)


@enforces("6.a.ii.1/outside", "6.a.ii.1/zones", "6.a.ii.1/unsure")
def why_dropped(
    at: datetime,
    position: Position | None,
    deployments: Collection[RecordedDeployment],
    zones: Collection[RecordedZone],
    last: Position | None = None,
) -> DropReason | None:
    """Why a read captured then and there may not be kept, if so: no deployment of its reader was in force, or it may
    lie in a zone that was not ended before. A court's order goes before zones where the read surely lies in its scope.
    `at`: by the clock of whoever asks. `last`: the last good position, where there is none; without either, it may lie
    in any zone."""
    in_force = [deployment for deployment in deployments if is_in_force(deployment, at)]
    if not in_force:
        return DropReason.DEPLOYMENT
    known = position or last
    if known and any(deployment.scope and _holds(deployment.scope, known) for deployment in in_force):
        return None
    if not any(_may_hold(zone, known) for zone in zones if not (zone.ended_at and zone.ended_at <= at)):
        return None
    return DropReason.ZONE if position and not why_not_good(position) else DropReason.UNKNOWN


def _may_hold(zone: RecordedZone, position: Position | None) -> bool:
    """Whether a vehicle that is, or was, there may be in the zone."""
    if position is None:
        return True
    reach = zone.radius_m + position_error_m(position)
    if abs(position.lat - zone.lat) * METERS_A_DEGREE > reach:  # most zones, without trigonometry
        return False
    return meters_between(position.lat, position.lon, zone.lat, zone.lon) <= reach


@enforces("6.a.ii.1/unsure")
def _holds(scope: RecordedCircle, position: Position) -> bool:
    """Whether a vehicle that is, or was, there surely is in the scope of a court's order."""
    away = meters_between(position.lat, position.lon, scope.lat, scope.lon)
    return away + position_error_m(position) <= scope.radius_m


@enforces("5.c/position", "6.a.ii.1/unsure")
def why_not_good(position: Position) -> PositionLack | None:
    """Why it says too little of where a read is from, if so."""
    if (position.age_s or 0.0) > OLDEST_S:
        return PositionLack.OLD
    return PositionLack.UNSURE if (position.accuracy_m or 0.0) > LEAST_SURE_M else None


def position_error_m(position: Position) -> float:
    """How far off it may be: by its accuracy, and as far as a vehicle goes since."""
    accuracy = USUAL_ERROR_M if position.accuracy_m is None else position.accuracy_m
    return accuracy + (position.age_s or 0.0) * FASTEST_M_S
