"""Vehicles seen from behind, drawn far to near from solids and panels; meters from the rear's middle."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from plateward.demo.footage import plates
from plateward.demo.footage.plates import Color
from plateward.demo.footage.scene import DrawnVehicle, Light
from plateward.demo.footage.view import Point, View, rounded

# Paints, BGR.
PAINTS: dict[str, Color] = {
    "black": (44, 40, 38),
    "blue": (142, 84, 36),
    "green": (84, 104, 52),
    "red": (38, 32, 168),
    "silver": (186, 182, 176),
    "tan": (132, 168, 192),
    "white": (236, 236, 232),
}
GLASS: Color = (62, 54, 46)
RUBBER: Color = (30, 28, 28)
CHROME: Color = (206, 204, 200)
LAMP: Color = (36, 30, 200)
LIT: Color = (96, 92, 255)
PLATE = 0.37  # meters; a fifth larger than life, so that a far one can be read


def draw(view: View, vehicle: DrawnVehicle, light: Light, *, braking: bool) -> None:
    """Draw the vehicle at the view's pose, its shadow first."""
    view.blend(_ellipse(1.25, 3.1, 2.1), (24, 22, 22), 0.62, soft=0.35)
    paint = shade(PAINTS[vehicle.color], 1.0 if light == "day" else 0.7)
    lit = braking or light == "evening"
    high, place = BODIES[vehicle.body](view, paint, LIT if lit else LAMP)
    half = PLATE / 2
    view.panel(
        place - half - 0.035,
        high - half / 2 - 0.03,
        place + half + 0.035,
        high + half / 2 + 0.03,
        RUBBER,
        0.03,
    )
    corners = [
        (place - half, high + half / 2),
        (place + half, high + half / 2),
        (place + half, high - half / 2),
        (place - half, high - half / 2),
    ]
    view.picture(plates.plate(vehicle.plate, vehicle.design), [(x, y, -0.02) for x, y in corners])


def _sedan(view: View, paint: Color, lamp: Color) -> tuple[float, float]:
    _wheels(view, 0.84, (0.95, 3.65), 0.33)
    _solid(
        view,
        [(4.6, 0.78, 0.3, 0.72), (3.4, 0.88, 0.24, 0.96), (0.4, 0.9, 0.24, 1.0), (0, 0.88, 0.3, 0.96)],
        shade(paint, 0.62),
    )
    _solid(
        view,
        [(3.5, 0.74, 0.96, 1.0), (2.6, 0.62, 0.96, 1.42), (1.25, 0.62, 0.96, 1.42), (0.5, 0.74, 0.96, 1.0)],
        shade(paint, 0.5),
    )
    for side in (-1, 1):
        view.fill(
            [
                (side * 0.75, 0.99, 0.75),
                (side * 0.64, 1.36, 1.35),
                (side * 0.64, 1.36, 2.5),
                (side * 0.75, 0.99, 3.2),
            ],
            GLASS,
        )
    view.fill(
        [(-0.63, 1.4, 1.25), (0.63, 1.4, 1.25), (0.62, 1.44, 1.9), (-0.62, 1.44, 1.9)], shade(paint, 1.08)
    )
    view.fill(
        [(-0.76, 1.0, 0.48), (0.76, 1.0, 0.48), (0.63, 1.42, 1.22), (-0.63, 1.42, 1.22)], shade(paint, 0.86)
    )
    _window(view, (0.67, 1.02, 0.5), (0.55, 1.37, 1.12))
    view.panel(-0.09, 1.355, 0.09, 1.375, lamp, 0.0, 1.1)
    view.fill([(-0.88, 0.96, 0), (0.88, 0.96, 0), (0.76, 1.01, 0.5), (-0.76, 1.01, 0.5)], shade(paint, 1.16))
    view.panel(-0.9, 0.34, 0.9, 0.97, paint, 0.12)
    view.panel(-0.88, 0.905, 0.88, 0.955, shade(paint, 1.13), 0.025)
    view.panel(-0.9, 0.3, 0.9, 0.56, shade(paint, 0.9), 0.1)
    view.panel(-0.86, 0.545, 0.86, 0.562, shade(paint, 0.66))
    view.panel(-0.72, 0.25, 0.72, 0.37, RUBBER, 0.05)
    view.mirrored(0.44, 0.27, 0.58, 0.33, CHROME, 0.03)
    view.panel(-0.34, 0.6, 0.34, 0.88, shade(paint, 0.72), 0.05)
    view.panel(-0.36, 0.875, 0.36, 0.895, CHROME, 0.008)
    _lamps(view, (0.44, 0.7, 0.87, 0.88), lamp)
    view.mirrored(0.62, 0.4, 0.8, 0.44, LAMP, 0.015)
    return 0.735, 0.0


def _pickup(view: View, paint: Color, lamp: Color) -> tuple[float, float]:
    _wheels(view, 0.9, (1.25, 4.6), 0.4)
    _solid(
        view,
        [(5.6, 0.9, 0.4, 1.05), (3.9, 0.95, 0.4, 1.2), (1.9, 0.97, 0.4, 1.2), (0, 0.97, 0.45, 1.2)],
        shade(paint, 0.6),
    )
    _solid(
        view,
        [(4.1, 0.82, 1.1, 1.25), (3.4, 0.74, 1.1, 1.84), (1.95, 0.76, 1.1, 1.86), (1.85, 0.84, 1.1, 1.25)],
        shade(paint, 0.55),
    )
    for side in (-1, 1):
        view.fill(
            [
                (side * 0.85, 1.24, 2.1),
                (side * 0.77, 1.72, 2.1),
                (side * 0.76, 1.74, 3.3),
                (side * 0.84, 1.24, 3.8),
            ],
            GLASS,
        )
    view.fill(rounded(-0.82, 1.15, 0.82, 1.88, 0.1, 1.85), shade(paint, 0.84))
    _window(view, (0.7, 1.34, 1.84), (0.66, 1.76, 1.84))
    view.panel(-0.12, 1.8, 0.12, 1.835, lamp, 0.01, 1.84)
    view.fill([(-0.9, 1.2, 0.08), (0.9, 1.2, 0.08), (0.8, 1.2, 1.84), (-0.8, 1.2, 1.84)], (40, 38, 36))
    view.panel(-0.98, 0.5, 0.98, 1.22, paint, 0.06)
    view.panel(-0.96, 1.17, 0.96, 1.215, shade(paint, 1.14), 0.02)
    view.panel(-0.74, 0.7, 0.74, 1.13, shade(paint, 0.92), 0.05)
    view.panel(-0.7, 0.73, 0.7, 1.1, paint, 0.04)
    view.panel(-0.17, 1.0, 0.17, 1.07, RUBBER, 0.02)
    _lamps(view, (0.78, 0.72, 0.96, 1.16), lamp)
    view.panel(-1.0, 0.38, 1.0, 0.64, CHROME, 0.06)
    view.panel(-0.98, 0.55, 0.98, 0.62, (236, 234, 230), 0.03)
    view.panel(-0.98, 0.39, 0.98, 0.43, (140, 138, 136), 0.02)
    view.panel(-0.62, 0.3, 0.62, 0.39, RUBBER, 0.03)
    view.panel(-0.05, 0.26, 0.05, 0.34, (60, 58, 58), 0.01)
    return 0.515, 0.0


def _van(view: View, paint: Color, lamp: Color) -> tuple[float, float]:
    _wheels(view, 0.9, (1.3, 4.6), 0.36)
    _solid(
        view,
        [(5.9, 0.86, 0.35, 1.1), (5.3, 0.9, 0.32, 1.35), (4.4, 0.9, 0.32, 2.2), (0, 0.99, 0.35, 2.32)],
        shade(paint, 0.66),
    )
    for side in (-1, 1):
        view.fill(
            [
                (side * 0.93, 1.3, 4.0),
                (side * 0.88, 1.95, 4.0),
                (side * 0.88, 1.9, 4.6),
                (side * 0.92, 1.3, 5.0),
            ],
            GLASS,
        )
    view.panel(-1.0, 0.36, 1.0, 2.34, paint, 0.14)
    view.panel(-0.9, 2.22, 0.9, 2.3, shade(paint, 1.1), 0.04)
    view.panel(-0.96, 0.52, 0.96, 0.95, shade(paint, 0.95), 0.05)
    view.mirrored(0.06, 1.36, 0.8, 2.02, shade(paint, 0.74), 0.09)
    for left in (-0.77, 0.09):
        view.panel(left, 1.39, left + 0.68, 1.99, GLASS, 0.07)
        view.blend(
            [(left + 0.1, 1.99, 0), (left + 0.3, 1.99, 0), (left + 0.12, 1.39, 0), (left, 1.45, 0)],
            (200, 190, 180),
            0.28,
        )
    view.panel(-0.012, 0.55, 0.012, 2.2, shade(paint, 0.45))
    for y in (0.72, 1.2, 2.1):
        view.mirrored(0.86, y, 0.93, y + 0.1, shade(paint, 0.6), 0.02)
    view.panel(0.06, 1.02, 0.22, 1.07, RUBBER, 0.02)
    view.panel(-0.14, 2.2, 0.14, 2.235, lamp, 0.01)
    _lamps(view, (0.84, 0.86, 0.97, 1.34), lamp)
    view.panel(-1.0, 0.34, 1.0, 0.55, (66, 64, 62), 0.05)
    view.panel(-0.98, 0.49, 0.98, 0.54, (92, 90, 88), 0.02)
    view.mirrored(0.7, 0.4, 0.86, 0.45, LAMP, 0.02)
    return 0.8, -0.42


BODIES: dict[str, Callable[[View, Color, Color], tuple[float, float]]] = {
    "sedan": _sedan,
    "pickup": _pickup,
    "van": _van,
}


def shade(color: Color, share: float) -> Color:
    """The paint in more or less light."""
    blue, green, red = (min(255, round(part * share)) for part in color)
    return blue, green, red


def _solid(view: View, rings: list[tuple[float, float, float, float]], color: Color) -> None:
    """A body of cross-sections from far to near: depth, half width, lower and upper edge."""
    corners = [[(s * half, y, z) for s in (-1, 1) for y in (low, high)] for z, half, low, high in rings]
    for far, near in pairwise(corners):
        view.hull([*far, *near], color)


def _wheels(view: View, half: float, axles: tuple[float, float], radius: float) -> None:
    for z in reversed(axles):
        for side in (-1, 1):
            for inner, size, color in (
                (0.24, 1.0, RUBBER),
                (0.0, 1.0, shade(RUBBER, 1.3)),
                (-0.01, 0.62, (150, 148, 146)),
            ):
                view.fill(
                    [(side * (half - inner), radius + y, z + x) for x, y in _circle(radius * size)], color
                )
    view.mirrored(half - 0.24, 0, half, 2 * radius, RUBBER, 0.06, axles[0] - radius * 0.6)


def _window(view: View, low: Point, high: Point) -> None:
    """A rear window: half width, height and depth of its lower and upper edge; heads inside, sky upon it."""
    (wide, y0, z0), (slim, y1, z1) = low, high
    view.fill([(-wide, y0, z0), (wide, y0, z0), (slim, y1, z1), (-slim, y1, z1)], GLASS)
    tall = y1 - y0
    for x in (-0.32, 0.32):
        view.panel(x - 0.11, y0 + 0.02, x + 0.11, y0 + 0.62 * tall, shade(GLASS, 0.55), 0.05, (z0 + z1) / 2)
    streak = [(-0.5, y0, z0), (-0.3, y0, z0), (-0.08, y1, z1), (-0.32, y1, z1)]
    view.blend([(x * wide / 0.7, y, z) for x, y, z in streak], (214, 200, 186), 0.3)


def _lamps(view: View, box: tuple[float, float, float, float], lamp: Color) -> None:
    left, low, right, high = box
    view.mirrored(left, low, right, high, shade(LAMP, 0.6), 0.035)
    view.mirrored(left + 0.015, low + 0.015, right - 0.015, high - 0.015, lamp, 0.03)
    if lamp == LIT:
        for side in (-1, 1):
            inner, outer = sorted((side * left, side * right))
            view.blend(rounded(inner - 0.05, low - 0.05, outer + 0.05, high + 0.05, 0.05), LIT, 0.4, soft=0.3)
    middle = low + (high - low) * 0.36
    view.mirrored(left + 0.03, low + 0.025, right - 0.03, middle, (226, 222, 220), 0.012)
    view.mirrored(left + 0.03, high - 0.05, right - 0.03, high - 0.03, shade(lamp, 1.35), 0.008)


def _circle(radius: float) -> list[tuple[float, float]]:
    return [(radius * np.cos(a), radius * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 24, endpoint=False)]


def _ellipse(half: float, long: float, middle: float) -> list[Point]:
    return [(half * x, 0.0, middle + long * y) for x, y in _circle(1.0)]
