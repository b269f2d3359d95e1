"""Plates seen up close: invented designs in the colors of five states, with no emblem copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.demo.footage import glyphs

Image = NDArray[np.uint8]  # BGR, height × width × 3
Color = tuple[int, int, int]  # BGR

WIDE, TALL = 720, 360  # pixels of a plate image: 12 × 6 inches
WHITE = (250, 250, 250)
SERIAL = 150  # pixels, height of the serial's characters


@dataclass(frozen=True)
class Design:
    """A field from `top` to `bottom`, the serial in `ink`, name and motto in `words`, and `scenery`."""

    state: str
    name: str
    motto: str
    top: Color
    bottom: Color
    ink: Color
    words: tuple[Color, Color]
    scenery: Callable[[Image], None]


def _mesa(image: Image) -> None:
    _ground(
        image,
        [(0, 285), (90, 285), (120, 255), (250, 255), (275, 285), (470, 285), (500, 268), (610, 268)],
        0.9,
    )


def _sun(image: Image) -> None:
    cv2.circle(image, (360, 392), 110, (70, 190, 250), -1, cv2.LINE_AA)
    for angle in np.linspace(np.pi, 2 * np.pi, 13):
        ray = np.array([np.cos(angle), np.sin(angle)])
        start, end = np.array([360, 392]) + ray * 125, np.array([360, 392]) + ray * 150
        cv2.line(image, _point(start), _point(end), (70, 190, 250), 7, cv2.LINE_AA)


def _range(image: Image) -> None:
    peaks = [
        (0, 90),
        (70, 52),
        (130, 84),
        (230, 34),
        (300, 78),
        (380, 48),
        (470, 86),
        (560, 40),
        (640, 80),
        (720, 50),
    ]
    _fill(image, [(0, 0), *peaks, (720, 0)], (196, 214, 190))
    _fill(image, [(0, 360), (0, 318), (720, 318), (720, 360)], (96, 128, 60))


def _saguaro(image: Image) -> None:
    _ground(image, [(0, 300), (180, 290), (420, 304), (720, 288)], 0.75)
    for x, size in ((40, 0.62), (684, 0.5)):
        for start, end in (((0, 0), (0, -120)), ((0, -40), (-28, -40)), ((-28, -40), (-28, -84))):
            a, b = ((round(x + px * size), round(340 + py * size)) for px, py in (start, end))
            cv2.line(image, a, b, (118, 96, 120), round(15 * size), cv2.LINE_AA)


def _bands(image: Image) -> None:
    cv2.rectangle(image, (0, 318), (WIDE, TALL), (120, 60, 40), -1)
    cv2.rectangle(image, (0, 310), (WIDE, 318), (60, 50, 190), -1)


DESIGNS = {
    "NM-turquoise": Design(
        "NM",
        "NEW MEXICO",
        "HIGH DESERT",
        (186, 172, 62),
        (170, 158, 40),
        (110, 240, 255),
        (WHITE, WHITE),
        _mesa,
    ),
    "NM-yellow": Design(
        "NM",
        "NEW MEXICO",
        "LAND OF MESAS",
        (70, 214, 252),
        (40, 196, 248),
        (30, 24, 170),
        ((30, 24, 170), (30, 24, 170)),
        _sun,
    ),
    "TX": Design(
        "TX",
        "TEXAS",
        "WIDE OPEN",
        (250, 248, 246),
        (236, 234, 232),
        (40, 26, 18),
        ((120, 60, 40), WHITE),
        _bands,
    ),
    "CO": Design(
        "CO",
        "COLORADO",
        "MILES UP",
        (244, 248, 242),
        (238, 244, 236),
        (58, 84, 20),
        ((58, 84, 20), WHITE),
        _range,
    ),
    "AZ": Design(
        "AZ",
        "ARIZONA",
        "RED ROCKS",
        (214, 186, 190),
        (196, 226, 250),
        (92, 54, 30),
        ((150, 92, 116), (150, 92, 116)),
        _saguaro,
    ),
}


@cache
def plate(serial: str, design: str) -> Image:
    """The plate with `serial` (capitals, digits, one space), WIDE × TALL pixels; treat it as read-only."""
    look = DESIGNS[design]
    blend = np.linspace(0, 1, TALL)[:, None, None]
    field = np.array(look.top) * (1 - blend) + np.array(look.bottom) * blend
    image = np.repeat(field, WIDE, axis=1).astype(np.uint8)
    look.scenery(image)
    glyphs.draw(image, look.name, (WIDE / 2, 50), 46, look.words[0], 0.13)
    glyphs.draw(image, look.motto, (WIDE / 2, 330), 26, look.words[1], 0.12)
    # A pressed letter casts a thin shadow and catches a thin light.
    for shift, shade in ((3, 0.72), (-3, 1.18)):
        edge = tuple(min(255, round(part * shade)) for part in look.bottom)
        glyphs.draw(image, serial, (WIDE / 2 + shift, 192 + shift), SERIAL, (edge[0], edge[1], edge[2]), 0.14)
    glyphs.draw(image, serial, (WIDE / 2, 192), SERIAL, look.ink)
    for x, y in ((150, 24), (570, 24), (150, 336), (570, 336)):
        cv2.circle(image, (x, y), 11, (150, 150, 150), -1, cv2.LINE_AA)
        cv2.circle(image, (x - 2, y - 2), 5, (215, 215, 215), -1, cv2.LINE_AA)
    cv2.rectangle(image, (4, 4), (WIDE - 5, TALL - 5), look.words[0], 4, cv2.LINE_AA)
    return image


def _ground(image: Image, skyline: list[tuple[int, int]], shade: float) -> None:
    field = image[TALL - 1, 0].astype(int)
    _fill(
        image,
        [(0, TALL), *skyline, (WIDE, skyline[-1][1]), (WIDE, TALL)],
        tuple(int(p * shade) for p in field),
    )


def _fill(image: Image, points: list[tuple[int, int]], color: tuple[int, ...]) -> None:
    cv2.fillPoly(image, [np.array(points, np.int32)], color, cv2.LINE_AA)


def _point(at: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(at[0])), round(float(at[1]))
