"""The project's own plate lettering: 36 skeletons drawn with a thick round stroke, as if pressed.

A glyph is strokes of points in a box one wide and one high, y down. A stroke curves around its inner points, but turns
sharply at a point marked `!`; a stroke that ends at its start is closed."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH = 0.36  # of a skeleton, in heights
STROKE = 0.125  # thickness, in heights
PITCH = 0.56  # from one character to the next, in heights
GAP = 0.3  # what a space adds, in heights

GLYPHS = {
    "A": "0,1 .5,0! 1,1 / .17,.68 .83,.68",
    "B": "0,.48! 0,0! .92,0 .92,.47 .5,.47! 0,.47! 0,1! 1,1 1,.47 .4,.47",
    "C": "1,.25 1,0 0,0 0,1 1,1 1,.75",
    "D": "0,0! 1,0 1,1 0,1! 0,0!",
    "E": "1,0 0,0! 0,1! 1,1 / 0,.48 .8,.48",
    "F": "1,0 0,0! 0,1 / 0,.48 .8,.48",
    "G": "1,.25 1,0 0,0 0,1 1,1 1,.55! .6,.55",
    "H": "0,0 0,1 / 1,0 1,1 / 0,.48 1,.48",
    "I": ".5,0 .5,1 / .2,0 .8,0 / .2,1 .8,1",
    "J": "1,0 1,1 0,1 0,.72",
    "K": "0,0 0,1 / 1,0 0,.6 / .32,.41 1,1",
    "L": "0,0 0,1! 1,1",
    "M": "-.05,1 -.05,0! .5,.68! 1.05,0! 1.05,1",
    "N": "0,1 0,0! 1,1! 1,0",
    "O": "0,.5! 0,0 1,0 1,1 0,1 0,.5!",
    "P": "0,1 0,0! 1,0 1,.55 0,.55",
    "Q": "0,.5! 0,0 1,0 1,1 0,1 0,.5! / .55,.72 1.05,1.04",
    "R": "0,1 0,0! 1,0 1,.52 0,.52 / .5,.52 1,1",
    "S": "1,.24 1,0 0,0 0,.48 1,.48 1,1 0,1 0,.76",
    "T": "0,0 1,0 / .5,0 .5,1",
    "U": "0,0 0,1 1,1 1,0",
    "V": "0,0 .5,1! 1,0",
    "W": "-.1,0 .15,1! .5,.3! .85,1! 1.1,0",
    "X": "0,0 1,1 / 1,0 0,1",
    "Y": "0,0 .5,.5! 1,0 / .5,.5 .5,1",
    "Z": "0,0 1,0! 0,1! 1,1",
    "0": ".04,.5! .04,0 .96,0 .96,1 .04,1 .04,.5!",
    "1": ".1,.2 .52,0! .52,1 / .12,1 .92,1",
    "2": "0,.26 0,0 1,0 1,.42! 0,1! 1,1",
    "3": "0,.2 0,0 .95,0 .95,.46 .4,.46! 1,.46 1,1 0,1 0,.8",
    "4": ".78,1 .78,0! 0,.72! 1.08,.72",
    "5": ".94,0 .08,0! .04,.44! 1,.36 1,1 0,1 0,.8",
    "6": ".86,0 .0,.3 0,1 1,1 1,.44 0,.44 0,.74",
    "7": "0,0 1,0! .38,1",
    "8": ".5,.46! .06,.46 .06,0 .94,0 .94,.46 .5,.46! 1,.46 1,1 0,1 0,.46 .5,.46!",
    "9": ".14,1 1,.7 1,0 0,0 0,.56 1,.56 1,.26",
    "-": ".2,.5 .8,.5",
    ":": ".5,.3 .5,.31 / .5,.75 .5,.76",
}


def width(text: str, height: float) -> float:
    """The drawn width of `text`, in the unit of `height`, from the first stroke's edge to the last's."""
    return height * (
        PITCH * (len(text) - 1) + GAP * text.count(" ") - PITCH * text.count(" ") + WIDTH + STROKE
    )


def draw(
    image: NDArray[np.uint8],
    text: str,
    at: tuple[float, float],
    height: float,
    color: tuple[int, int, int],
    weight: float = STROKE,
) -> None:
    """Draw `text` in place, centered at pixel `at` (x, y); `height` of a capital in pixels, `color` BGR."""
    x = at[0] - width(text, height) / 2 + height * STROKE / 2
    tall = height * (1 - STROKE)
    for char in text:
        if char == " ":
            x += height * GAP
            continue
        for stroke in skeleton(char):
            points = stroke * (height * WIDTH, tall) + (x, at[1] - tall / 2)
            thick = max(1, round(height * weight))
            cv2.polylines(
                image, [np.round(points * 16).astype(np.int32)], False, color, thick, cv2.LINE_AA, 4
            )
        x += height * PITCH


@cache
def skeleton(char: str) -> tuple[NDArray[np.float64], ...]:
    """The strokes of a character, each an array of points (n × 2) with its bends rounded."""
    return tuple(_bend(stroke) for stroke in GLYPHS[char].split("/"))


def _bend(stroke: str) -> NDArray[np.float64]:
    marked = stroke.split()
    points = [np.array([float(part) for part in point.rstrip("!").split(",")]) for point in marked]
    path = [points[0]]
    for index in range(1, len(points) - 1):
        before, here, after = points[index - 1 : index + 2]
        if marked[index].endswith("!"):
            path.append(here)
            continue
        enter, leave = here + _toward(before - here), here + _toward(after - here)
        for t in np.linspace(0, 1, 9):
            # A cubic with these handles is a quarter of an ellipse.
            a, b = enter + 0.55 * (here - enter), leave + 0.55 * (here - leave)
            path.append(
                (1 - t) ** 3 * enter + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * b + t**3 * leave
            )
    path.append(points[-1])
    return np.array(path)


def _toward(leg: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far along a leg a bend may begin: half of it, and no more than a round corner needs."""
    length = float(np.hypot(leg[0] * WIDTH, leg[1]))
    return leg * min(0.5, WIDTH / 2 / length)
