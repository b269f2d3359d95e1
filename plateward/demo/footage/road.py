"""New Mexico around the road: sky, mesas, sagebrush and lane markings, by day and in the evening."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.demo.footage.plates import Color, Image
from plateward.demo.footage.scene import Light
from plateward.demo.footage.view import HEIGHT, HORIZON, WIDTH, Point, View, rounded, to_fixed_point

MARGIN = 40  # pixels by which the backdrop is larger on each side, for camera shake
NEAR, FAR = 3.0, 300.0  # meters; nearer than NEAR is below the frame

SPACING = 2.5  # meters along the road between places with sagebrush


@dataclass(frozen=True)
class Palette:
    """The colors for one light, BGR. `exposure` scales everything that the headlights do not light."""

    zenith: Color
    horizon: Color
    sun: tuple[int, int, Color]  # column, row, color
    cloud: Color
    mesas: tuple[Color, Color, Color]  # from far to near
    earth: tuple[Color, Color]  # at the horizon, at the camera
    asphalt: tuple[Color, Color]
    sage: tuple[Color, Color]


PALETTES: dict[Light, Palette] = {
    "day": Palette(
        (206, 142, 72), (238, 222, 196), (1040, 60, (240, 250, 255)), (250, 248, 246),
        ((196, 166, 158), (138, 132, 176), (88, 106, 168)),
        ((128, 164, 196), (98, 136, 176)), ((128, 126, 124), (92, 90, 90)), ((92, 128, 112), (74, 104, 86)),
    ),
    "evening": Palette(
        (128, 68, 58), (108, 168, 252), (430, 272, (190, 232, 255)), (146, 128, 236),
        ((142, 106, 152), (104, 66, 108), (72, 44, 72)),
        ((70, 74, 112), (52, 56, 84)), ((92, 80, 84), (62, 56, 58)), ((66, 64, 62), (50, 52, 48)),
    ),
}  # fmt: skip


def draw(view: View, light: Light, shake: tuple[float, float], camera: float, traveled: float) -> None:
    """The scene without vehicles. `camera`: meters right of our lane; `traveled`: meters along the road."""
    palette = PALETTES[light]
    left, top = MARGIN - round(shake[0]), MARGIN - round(shake[1])
    view.image[:] = _backdrop(light)[top : top + HEIGHT, left : left + WIDTH]
    _lay(view, _strip(-5.6 - camera, 5.4 - camera), _asphalt(light, 1.0))
    for middle in (-0.85, 0.85):
        _lay(view, _strip(middle - 0.25 - camera, middle + 0.25 - camera), _asphalt(light, 0.9))
    view.fill(_strip(-5.3 - camera, -5.15 - camera), (60, 180, 232))
    view.fill(_strip(1.75 - camera, 1.9 - camera), (226, 228, 228))
    for start in np.arange(-(traveled % 12), 130, 12):
        if start + 3 > NEAR:
            view.fill(_strip(-1.9 - camera, -1.75 - camera, max(NEAR, start), start + 3), (226, 228, 228))
    _verge(view, palette, camera, traveled)


def _lay(view: View, points: list[Point], surface: Image) -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(mask, [to_fixed_point(view.pixels(points))], 255, cv2.LINE_AA, 4)
    cv2.copyTo(surface, mask, view.image)


def _verge(view: View, palette: Palette, camera: float, traveled: float) -> None:
    """Sagebrush and marker posts, from far to near."""
    first = int(traveled / SPACING)
    for place in range(first + 48, first + 1, -1):
        ahead = place * SPACING - traveled
        for bush in _growth(place):
            across = bush.across - camera
            if abs(across) > 0.45 * ahead + 1:
                continue  # out of the picture
            color = palette.sage[bush.kind]
            darker = (color[0] * 3 // 4, color[1] * 3 // 4, color[2] * 3 // 4)
            view.fill(_outline(bush.size) + np.array((across, 0, ahead)), darker)
            left, low = 0.15 * bush.size, 0.25 * bush.size
            view.fill(_outline(bush.size) * 0.8 + np.array((across - left, low, ahead)), color)
        if place % 16 == 0:
            post = 6.3 - camera
            view.fill(rounded(post, 0, post + 0.1, 1.1, 0, ahead), (214, 214, 212))
            view.fill(rounded(post, 0.85, post + 0.1, 1.0, 0, ahead), (40, 150, 240))


@dataclass(frozen=True)
class Bush:
    """A sagebrush: meters right of our lane, half its width in meters, which of the two colors."""

    across: float
    size: float
    kind: int


@lru_cache(512)
def _growth(place: int) -> tuple[Bush, ...]:
    """What grows at a place depends only on the place, so it stays the same while driving past."""
    luck = np.random.default_rng(place)
    return tuple(
        Bush(side * (7.5 + 22 * luck.random() ** 1.5), 0.3 + 0.5 * luck.random(), int(luck.integers(2)))
        for side in (-1, 1)
    )


@lru_cache(512)
def _outline(size: float) -> NDArray[np.float64]:
    angles = np.linspace(0, np.pi, 25)
    reach = size * (1 + 0.09 * np.cos(9 * angles + 7 * size))
    return np.stack([reach * np.cos(angles), 0.9 * reach * np.sin(angles), np.zeros(25)], axis=1)


def _strip(left: float, right: float, near: float = NEAR, far: float = FAR) -> list[Point]:
    return [(left, 0, near), (right, 0, near), (right, 0, far), (left, 0, far)]


@cache
def _asphalt(light: Light, wear: float) -> Image:
    """The road's surface over a whole frame; `wear` below 1 for the darker tire tracks."""
    far, near = PALETTES[light].asphalt
    below = _gradient(far, near, HEIGHT - HORIZON + MARGIN, 0.6)
    whole = np.concatenate([np.repeat(below[:1], HORIZON - MARGIN, axis=0), below])
    return np.repeat(whole * wear, WIDTH, axis=1).astype(np.uint8)


@cache
def _backdrop(light: Light) -> Image:
    palette = PALETTES[light]
    luck = np.random.default_rng(50)
    wide, line = WIDTH + 2 * MARGIN, HORIZON + MARGIN
    sky = _gradient(palette.zenith, palette.horizon, line, 1.4)
    ground = _gradient(*palette.earth, HEIGHT + MARGIN - HORIZON, 0.7)
    image = np.repeat(np.concatenate([sky, ground]), wide, axis=1).astype(np.uint8)
    column, row, color = palette.sun
    y, x = np.mgrid[0:line, 0:wide]
    glow = np.exp(-np.hypot(x - column - MARGIN, y - row - MARGIN) / 110)[:, :, None]
    image[:line] = image[:line] + (np.array(color) - image[:line]) * glow * 0.9
    cv2.circle(image[:line], (column + MARGIN, row + MARGIN), 34, color, -1, cv2.LINE_AA)
    cloud = np.zeros((line, wide), np.float32)
    for _ in range(9):
        x, y = luck.integers(wide), luck.integers(40, line - 80)
        for _ in range(9):
            at = (int(x + luck.normal(0, 70)), int(y + luck.normal(0, 5)))
            cv2.ellipse(cloud, at, (int(luck.integers(30, 90)), int(luck.integers(4, 12))), 0, 0, 360, 1, -1)
    soft = cv2.GaussianBlur(cloud, (0, 0), 7)[:, :, None]
    image[:line] = image[:line] + (np.array(palette.cloud) - image[:line]) * soft * 0.7
    for color, heights, step in zip(
        palette.mesas, ((30, 74), (18, 58), (6, 30)), (170, 230, 300), strict=True
    ):
        _mesas(image, color, heights, step, luck)
    return image


def _mesas(
    image: Image, color: Color, heights: tuple[int, int], step: int, luck: np.random.Generator
) -> None:
    """A range: flat tops, steep cliffs, talus below; and beds of rock, a little darker, across it."""
    wide, line = image.shape[1], HORIZON + MARGIN
    x = -int(luck.integers(step))
    skyline = [(x, line)]
    while x < wide:
        top = line - int(luck.integers(*heights))
        run = int(step * (0.5 + luck.random()))
        for dx, y in (
            (0, line - 6),
            (0.14, (top + line) // 2),
            (0.17, top),
            (0.5, top + 2),
            (0.53, (top + line) // 2),
            (0.7, line - 5),
        ):
            skyline.append((x + int(run * dx), y))
        x += int(run * (0.75 + 0.5 * luck.random()))
    skyline += [(wide + step, line), (wide + step, line + 1)]
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.array(skyline, np.int32)], 255, cv2.LINE_AA)
    beds = np.ones(image.shape[0])
    for offset in (10, 11, 12, 24, 25, 40, 41, 42, 58):
        beds[line - offset] = 0.92
    rock = np.array(color) * beds[:, None, None]
    opaque = mask[:, :, None] / 255
    image[:] = image + (rock - image) * opaque


def _gradient(start: Color, end: Color, rows: int, bend: float) -> NDArray[np.float64]:
    share = np.linspace(0, 1, rows)[:, None, None] ** bend
    return np.array(start) * (1 - share) + np.array(end) * share
