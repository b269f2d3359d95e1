"""A scene: a vehicle, an encounter, and a light."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Body = Literal["sedan", "pickup", "van"]
Light = Literal["day", "evening"]
Meeting = Literal["follow", "overtaken", "parked"]


@dataclass(frozen=True)
class DrawnVehicle:
    """An invented vehicle. `color` is one of `bodies.PAINTS`; `design` one of `plates.DESIGNS`."""

    plate: str
    state: str
    body: Body
    color: str
    design: str


@dataclass(frozen=True)
class Scene:
    """`follow`: the patrol car comes up behind it. `overtaken`: it passes on the left and moves over. `parked`: it
    stands on the shoulder, and the patrol car pulls in behind it."""

    vehicle: DrawnVehicle
    meeting: Meeting = "follow"
    light: Light = "day"
    seconds: float = 8.0


@dataclass(frozen=True)
class Moment:
    """Positions in meters: the patrol car across the road and along it, and the vehicle's rear across the road and
    ahead of the camera; `yaw` in radians, positive to the right."""

    camera: float
    traveled: float
    across: float
    ahead: float
    yaw: float


def moment(meeting: Meeting, t: float, seconds: float) -> Moment:
    """Positions at `t` seconds into a scene. The patrol car's lane is 0, the shoulder 3.6 m to the right."""
    u = t / seconds
    if meeting == "parked":
        ahead = 5.4 + 40 * (1 - _ease(u, 0, 0.62)) ** 1.6
        return Moment(3.4 * _ease(u, 0.1, 0.55), 45.4 - ahead, 3.5, ahead, 0.0)
    traveled = 27 * t
    sway = 0.12 * math.sin(1.9 * t)
    if meeting == "overtaken":
        over = _ease(u, 0.22, 0.6)
        yaw = 0.1 * math.sin(math.pi * over)
        ahead = 5.2 + 1.2 * _ease(u, 0, 0.5) + 90 * _ease(u, 0.82, 1.15)
        return Moment(sway, traveled, -2.9 * (1 - over), ahead, yaw)
    ahead = 5.5 + 26 * (1 - _ease(u, -0.1, 0.4)) + 90 * _ease(u, 0.84, 1.15)
    return Moment(sway, traveled, 0.15 * math.sin(1.1 * t + 1), ahead, 0.012 * math.sin(1.3 * t))


def _ease(u: float, start: float, end: float) -> float:
    """0 before `start`, 1 after `end`, smooth between."""
    x = min(1.0, max(0.0, (u - start) / (end - start)))
    return x * x * (3 - 2 * x)
