"""The characters of plates: strokes of constant width on a drawn skeleton, as cut by embossing dies.

A skeleton is written in a box one unit wide and two high, x to the right and y downward: strokes are separated by `|`,
points by spaces, an `r` after a point rounds that corner, and a final `z` closes the stroke. Each character has the
forms that different states' dies give it; a plate uses the same form throughout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[Any]

FORMS: dict[str, tuple[str, ...]] = {
    "A": (
        "0,2 .5,0 1,2|.17,1.35 .83,1.35",
        "0,2 .4,0 .6,0 1,2|.14,1.4 .86,1.4",
        "0,2 0,.55r .5,0 1,.55r 1,2|0,1.2 1,1.2",
        "0,2 .5,0 1,2|.2,1.2 .8,1.2",
    ),
    "B": (
        "0,0 0,2|0,0 .93,0r .93,.95r 0,.95|0,.95 1,.95r 1,2r 0,2",
        "0,0 0,2|0,0 1,0r 1,1r 0,1|0,1 1,1r 1,2r 0,2",
        "0,0 0,2|0,0 .85,0r .92,.5r .75,.95 0,.95|.75,.95 1,1.15r 1,2r 0,2",
    ),
    "C": ("1,.6 1,0r 0,0r 0,2r 1,2r 1,1.4", "1,.45 1,0r 0,0r 0,2r 1,2r 1,1.55"),
    "D": ("0,0 1,0r 1,2r 0,2z", "0,0 .7,0r 1,.5r 1,1.5r .7,2r 0,2z"),
    "E": ("1,0 0,0 0,2 1,2|0,1 .8,1", "1,0 0,0 0,2 1,2|0,.95 1,.95"),
    "F": ("1,0 0,0 0,2|0,1 .8,1", "1,0 0,0 0,2|0,.95 .95,.95"),
    "G": (
        "1,.55 1,0r 0,0r 0,2r 1,2r 1,1.1 .55,1.1",
        "1,.55 1,0r 0,0r 0,2r 1,2 1,1.15 .5,1.15",
        "1,.5 1,0r 0,0r 0,2r 1,2r 1,1.2",
    ),
    "H": ("0,0 0,2|1,0 1,2|0,1 1,1", "0,0 0,2|1,0 1,2|0,.93 1,.93"),
    "I": (".5,0 .5,2", ".2,0 .8,0|.5,0 .5,2|.2,2 .8,2", ".1,0 .9,0|.5,0 .5,2|.1,2 .9,2"),
    "J": (
        "1,0 1,2r 0,2r 0,1.4",
        ".4,0 1,0 1,2r 0,2r 0,1.4",
        "1,0 1,2r 0,2r 0,1.55",
        ".5,0 .95,0 .95,2r .05,2",
    ),
    "K": (
        "0,0 0,2|1,0 0,1.2|.35,.82 1,2",
        "0,0 0,2|.95,0 .1,1 1,2",
        "0,0 0,2|0,1 .4,1 1,0|.4,1 1,2",
    ),
    "L": ("0,0 0,2 1,2", "0,0 0,2 .9,2"),
    "M": (
        "0,2 0,0 .5,1.2 1,0 1,2",
        "0,2 0,0 .5,.85 1,0 1,2",
        "0,2 0,0 .5,1.9 1,0 1,2",
        "0,2 .08,0 .5,1.4 .92,0 1,2",
    ),
    "N": ("0,2 0,0 1,2 1,0", "0,2 0,0 .95,1.9 1,2 1,0"),
    "O": ("0,0r 1,0r 1,2r 0,2rz",),
    "P": ("0,2 0,0 1,0r 1,1.1r 0,1.1", "0,2 0,0 1,0r 1,1r 0,1"),
    "Q": (
        "0,0r 1,0r 1,2r 0,2rz|.55,1.45 1.05,2.1",
        "0,0r 1,0r 1,2r 0,2rz|.5,1.6 .98,1.98",
        "0,0r 1,0r 1,1.85r 0,1.85rz|.5,1.5 .85,2.15",
        "0,0r 1,0r 1,2r 0,2rz|.6,1.3 .95,1.85",
        "0,0r 1,0r 1,2r 0,2rz|.5,1.5 .72,1.8",
        "0,0r 1,0r 1,2r 0,2rz|.5,1.45 .5,1.8",
        "0,0r 1,0r 1,2r 0,2rz|.45,1.5 .9,1.95",
        "0,0r 1,0r 1,2r 0,2rz|.58,1.62 .86,1.94",
        "0,0r 1,0r 1,2r 0,2rz|.6,1.55 1.02,2",
        "0,0r 1,0r 1,2r 0,2rz|.66,1.7 1,2.02",
        "0,0r 1,0r 1,2r 0,2rz|.6,1.72 .95,2",
        "0,0r 1,0r 1,2r 0,2rz|.55,1.6 .8,1.92",
    ),
    "R": (
        "0,2 0,0 1,0r 1,1.05r 0,1.05|.5,1.05 1,2",
        "0,2 0,0 1,0r 1,1r 0,1|.25,1 1,2",
        "0,2 0,0 1,0r 1,1r 0,1|.5,1 1,1r 1,2",
    ),
    "S": (
        "1,.5 1,0r 0,0r 0,1r 1,1r 1,2r 0,2r 0,1.5",
        "1,.45 1,0r 0,0r 0,.85r 1,1.15r 1,2r 0,2r 0,1.55",
        "1,.4 .9,0r .1,0r .05,.8r .95,1.2r .95,2r .05,2r 0,1.6",
    ),
    "T": ("0,0 1,0|.5,0 .5,2",),
    "U": ("0,0 0,2r 1,2r 1,0",),
    "V": ("0,0 .5,2 1,0", "0,0 .45,2 .55,2 1,0"),
    "W": (
        "0,0 .22,2 .5,.8 .78,2 1,0",
        "0,0 0,2 .5,.8 1,2 1,0",
        "0,0 .2,2 .5,.1 .8,2 1,0",
        "0,0 .12,2 .5,1.1 .88,2 1,0",
    ),
    "X": ("0,0 1,2|1,0 0,2", "0,0 .5,1 1,0|0,2 .5,1 1,2"),
    "Y": ("0,0 .5,1.05 1,0|.5,1.05 .5,2", "0,0 .5,.8 1,0|.5,.8 .5,2"),
    "Z": ("0,0 1,0 0,2 1,2",),
    "0": ("0,0r 1,0r 1,2r 0,2rz", ".05,0r .95,0r .95,2r .05,2rz"),
    "1": (
        ".5,0 .5,2",
        ".2,.35 .5,0 .5,2",
        ".15,.4 .5,0 .5,2|.15,2 .85,2",
        ".25,0 .5,0 .5,2|.2,2 .8,2",
        ".25,.2 .55,0 .55,2",
        ".3,.12 .5,0 .5,2|.25,2 .75,2",
    ),
    "2": (
        "0,.55 0,0r 1,0r 1,.8r 0,2 1,2",
        "0,.5 0,0r 1,0r 1,.95r 0,1.5r 0,2 1,2",
        "0,.45 .05,0r .95,0r 1,.6r .85,1 0,2 1,2",
        "0,.5 0,0r 1,0r 1,1r 0,1r 0,2 1,2",
        ".02,.3 .04,0r 1,0r 1,.75r 0,2 1,2",
        "0,.2 0,0r 1,0r 1,.65r .05,1.85 0,2 1,2",
        "0,.4 0,0r 1,0r 1,.7r 0,1.7 0,2 1,2",
        "0,.35 0,0r 1,0r 1,.55r .9,.8 0,2 1,2",
        "0,.5 0,0r 1,0r 1,.9r .1,1.6 0,2 1,2",
    ),
    "3": (
        "0,.45 0,0r 1,0r 1,.95r .35,.95|.35,.95 1,.95r 1,2r 0,2r 0,1.55",
        "0,0 1,0 .45,.8 1,.85r 1,2r 0,2r 0,1.55",
        "0,.4 0,0r .95,0r .95,.9r .4,.95 1,1r 1,2r 0,2r 0,1.6",
    ),
    "4": (".75,2 .75,0 0,1.4 1,1.4", ".7,2 .7,0 .6,0 0,1.3 1,1.3", "0,0 0,1.25 1,1.25|.75,.6 .75,2"),
    "5": (
        "1,0 0,0 0,.85 1,.85r 1,2r 0,2r 0,1.5",
        ".95,0 .08,0 0,1 .15,.75 1,.75r 1,2r 0,2r 0,1.55",
        "1,0 0,0 0,.95r .9,.8r 1,1.4r .9,2r 0,2r 0,1.6",
    ),
    "6": (
        "1,.5 1,0r 0,0r 0,2r 1,2r 1,.9r 0,.9",
        ".75,0 .1,.9 0,1.3r 0,2r 1,2r 1,.95r .1,.95",
        ".95,.3 .9,0r .05,0r 0,2r 1,2r 1,.85r 0,.95",
    ),
    "7": ("0,0 1,0 .35,2", "0,0 1,0 1,.3 .45,1.2 .4,2", "0,.3 0,0 1,0 .4,2", "0,0 1,0 1,.4r .4,1.3r .4,2"),
    "8": (
        ".05,0r .95,0r .95,.95r .05,.95rz|0,.95r 1,.95r 1,2r 0,2rz",
        "0,0r 1,0r 1,1r 0,1rz|0,1r 1,1r 1,2r 0,2rz",
        ".08,0r .92,0r .92,.85r .08,.85rz|0,.85r 1,.85r 1,2r 0,2rz",
    ),
    "9": (
        "0,1.5 0,2r 1,2r 1,0r 0,0r 0,1.1r 1,1.1",
        ".25,2 .9,1.1 1,.7r 1,0r 0,0r 0,1.05r .9,1.05",
        ".05,1.7 .1,2r .95,2r 1,0r 0,0r 0,1.15r 1,1.05",
    ),
}
NARROW = "I1"
USUAL_SHARE = 0.6  # share of dies with the proportions of most states' passenger plates
ROUND = "2S"  # with nearly cut corners, the heads of these stay rounded: not Z and 5


@dataclass(frozen=True)
class Dies:
    """A state's set of dies."""

    forms: dict[str, int]
    aspect: float  # width ÷ height of a character
    weight: float  # stroke width ÷ height
    radius: float  # of rounded corners ÷ width
    slant: float  # x moved per unit of height
    square: bool  # whether strokes end square

    def mask(self, char: str, height: int) -> Mask:
        """The character, height × width in pixels, 0 to 255."""
        return _mask(
            char, self.forms[char], height, self.aspect, self.weight, self.radius, self.slant, self.square
        )


def random_dies(rng: np.random.Generator) -> Dies:
    """A random set of dies: most as slender and as round as the states'."""
    usual = rng.random() < USUAL_SHARE
    return Dies(
        {char: int(rng.integers(len(forms))) for char, forms in FORMS.items()},
        float(rng.uniform(0.38, 0.52) if usual else rng.uniform(0.38, 0.6)),
        float(rng.uniform(0.085, 0.125) if usual else rng.uniform(0.085, 0.16)),
        float(rng.uniform(0.36, 0.5) if usual else rng.uniform(0.18, 0.5)),
        0.0 if rng.random() < 0.93 else float(rng.uniform(0.05, 0.15)),
        bool(rng.random() < 0.3),
    )


def _mask(
    char: str, form: int, height: int, aspect: float, weight: float, radius: float, slant: float, square: bool
) -> Mask:
    pen = max(2, round(weight * height))
    inner_height = height - pen
    inner_width = max(3.0, aspect * height - pen)
    if char in NARROW:
        inner_width *= 0.62
    if char in "MW":
        inner_width *= 1.22
    fine = 4  # bits of a pixel
    margin = pen / 2
    image = np.zeros((height, round(inner_width + pen + slant * height)), np.uint8)
    if char in ROUND:
        radius = max(radius, 0.38)
    for stroke in _strokes(FORMS[char][form], radius, inner_width, inner_height):
        points = stroke + margin
        points[:, 0] += slant * (height - points[:, 1])
        cv2.polylines(
            image, [np.round(points * (1 << fine)).astype(np.int32)], False, 255, pen, cv2.LINE_AA, fine
        )
        if square:
            for end in (points[0], points[-1]):
                x, y = end
                h = pen * 0.46
                cv2.rectangle(
                    image, (round(x - h), round(y - h)), (round(x + h) - 1, round(y + h) - 1), 255, -1
                )
    return image


@lru_cache(maxsize=4096)
def _parse(form: str) -> tuple[tuple[tuple[float, float, bool], ...], ...]:
    strokes = []
    for stroke in form.split("|"):
        closed = stroke.endswith("z")
        points: list[tuple[float, float, bool]] = []
        for point in stroke.removesuffix("z").split():
            across, down = point.removesuffix("r").split(",")
            points.append((float(across), float(down), point.endswith("r")))
        if closed:  # begin in the middle of the first side, so that every corner is inside the path
            x, y = (points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2
            points = [(x, y, False), *points[1:], points[0], (x, y, False)]
        strokes.append(tuple(points))
    return tuple(strokes)


def _strokes(form: str, radius: float, width: float, height: float) -> list[NDArray[Any]]:
    """The strokes as fine polylines in pixels, corners rounded."""
    paths = []
    for stroke in _parse(form):
        points = [(np.array([x * width, y * height / 2]), rounded) for x, y, rounded in stroke]
        path = [points[0][0]]
        for index in range(1, len(points) - 1):
            (before, _), (corner, rounded), (after, _) = points[index - 1 : index + 2]
            if not rounded:
                path.append(corner)
                continue
            into, out = before - corner, after - corner
            longest = min(np.linalg.norm(into), np.linalg.norm(out))
            length = min(radius * width, 0.5 * longest)
            start, end = (
                corner + into / np.linalg.norm(into) * length,
                corner + out / np.linalg.norm(out) * length,
            )
            for t in np.linspace(0, 1, 7):  # close to a quarter of a circle
                bend = 0.5523
                a, b = start + (corner - start) * bend, end + (corner - end) * bend
                path.append(
                    (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t * t * b + t**3 * end
                )
        path.append(points[-1][0])
        paths.append(np.array(path))
    return paths
