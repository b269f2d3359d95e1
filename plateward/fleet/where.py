"""Where and when a reader may record license plates, and to which areas it may go. Pure."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.db.models import TextChoices

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.wire.distance import meters_between
from plateward.wire.read import Position

METERS_A_DEGREE = 111_000.0  # of latitude; rather too few
USUAL_ERROR_M = 30.0  # of a position that does not state its accuracy
FRESH_S, FASTEST_M_S = 10.0, 45.0  # since an older fix, a vehicle may have gone on at this speed
FARTHEST_OFF_M = 2_000.0  # beyond, a fix is no position


class Basis(TextChoices):
    """Why a reader may record where it is."""

    PUBLIC_VIEW = "public", "Public view"
    COURT_ORDER = "order", "Court order or search warrant"


class DropReason(StrEnum):
    """Why a read is dropped before storage, as the log counts it."""

    DEPLOYMENT = "outside every deployment of its reader"
    ZONE = "in an exclusion zone"


class RecordedDeployment(Protocol):
    """What matters of a deployment (fleet/models.py)."""

    basis: str
    begins_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None


class RecordedZone(Protocol):
    """What matters of an exclusion zone (fleet/models.py)."""

    lat: float
    lon: float
    radius_m: int
    ended_at: datetime | None


def is_in_force(deployment: RecordedDeployment, at: datetime) -> bool:
    """Whether the reader may record at this time because of it."""
    ends = [end for end in (deployment.ends_at, deployment.ended_at) if end]
    return deployment.begins_at <= at and all(at < end for end in ends)


@enforces("6.a.ii.1")
def why_dropped(
    at: datetime,
    position: Position | None,
    deployments: Collection[RecordedDeployment],
    zones: Collection[RecordedZone],
) -> DropReason | None:
    """Why a read captured then and there may not be kept, if so: no deployment of its reader was in force, or it lies
    in a zone that was not ended before. A court's order goes before zones. Without a position, no zone is known to hold
    it. `at`: by the hub's clock."""
    in_force = [deployment for deployment in deployments if is_in_force(deployment, at)]
    if not in_force:
        return DropReason.DEPLOYMENT
    if any(deployment.basis == Basis.COURT_ORDER for deployment in in_force) or position is None:
        return None
    error = position_error_m(position)
    if error > FARTHEST_OFF_M:
        return None
    for zone in zones:
        if zone.ended_at and zone.ended_at <= at:
            continue
        reach = zone.radius_m + error
        if abs(position.lat - zone.lat) * METERS_A_DEGREE > reach:  # most zones, without trigonometry
            continue
        if meters_between(position.lat, position.lon, zone.lat, zone.lon) <= reach:
            return DropReason.ZONE
    return None


def position_error_m(position: Position) -> float:
    """How far off it may be: by its accuracy, and as far as a vehicle goes since an old fix."""
    accuracy = USUAL_ERROR_M if position.accuracy_m is None else position.accuracy_m
    return accuracy + max(0.0, (position.age_s or 0.0) - FRESH_S) * FASTEST_M_S


@enforces("6.e.v")
def may_move(area: str, to: str, *, same_area: bool) -> Decision:
    """Whether a reader may go from one area to another without command staff's approval; taken out of every unit, it
    always may."""
    if not to or same_area:
        return Allow()
    return Refusal(
        "6.e.v",
        f"{to} is not this reader's area{f', {area}' if area else ''}.",
        "Request the transfer under Placements: command staff approve it beforehand.",
    )


@enforces("6.e.v")
def may_install(unit: str, decided_by: str, *, known: bool, may_decide: bool) -> Decision:
    """Whether a reader is enrolled with a unit: as somebody of command staff decided."""
    if not unit or may_decide:
        return Allow()
    return Refusal(
        "6.e.v",
        f"{decided_by} does not decide where readers are installed."
        if known
        else f"No account has the username {decided_by}."
        if decided_by
        else "It is not stated who of command staff decided that the reader goes to this unit.",
        "Name them with --decided-by USERNAME, or enroll it without a unit and request its installation "
        "under Placements.",
    )
