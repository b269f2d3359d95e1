"""A vehicle's color, from the paint around its plate. Pure rules on pixels.

The names are those in NCIC's vehicle color table (VCO) that daylight separates. Its light, dark and metallic shades
(DBL, LGR, BRZ …) depend more on the light than on the paint, and are not reported.

Limits: it does not recognize vehicles, so a bumper, trailer or sticker around the plate counts as paint, and of two
colors it reports the one around the plate. Black, gray, silver and white come from how bright the paint is beside the
plate, which serves as a white card: in shadow, or beside a plate that shines in headlights, a vehicle seems darker than
it is. It does not know the color of the light: under sodium lamps all paint is orange. So it says `unknown` more often
than not: of 114 photographs of US vehicles it named 29 colors; judged by eye, two are wrong and two in doubt. Treat it
as a hint when looking for a vehicle, never as a reason to stop one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray


class Color(StrEnum):
    """Names of NCIC's VCO table, in its order of codes: BLK BLU BRO GRN GRY ONG PLE RED SIL TAN WHI YEL."""

    BLACK = "black"
    BLUE = "blue"
    BROWN = "brown"
    GREEN = "green"
    GRAY = "gray"
    ORANGE = "orange"
    PURPLE = "purple"
    RED = "red"
    SILVER = "silver"
    TAN = "tan"
    WHITE = "white"
    YELLOW = "yellow"
    UNKNOWN = "unknown"


SMALLEST = 24  # pixels of a plate's width, below which the paint around it is a few pixels
CELLS = (24, 12)  # how many cells a strip is divided into
NIGHT = 18.0  # lightness of half the picture (0 to 100), below which no color can be seen
SHADED = 50.0  # lightness of the plate's brightest parts, below which it is no white card
NO_COLOR = 2.0  # spread of hues below which the camera sees no color: infrared, or black and white
BLOWN = 250  # of 255 in every channel: a reflection of the sun, or overexposed paint
GLARE = 0.4  # share of blown cells from which a strip says nothing
COLORFUL = 14.0  # chroma (CIE Lab) from which paint is not gray
AGREED = 0.7  # share of cells that must agree
HUES_APART = 25.0  # degrees; further off is another color
SHADES_APART = 0.3  # of a gray and a fifth of white; a curved panel has that much
GRAYS = (  # lightness as a share of the plate's white, from and to; what lies between them is neither
    (Color.BLACK, 0.0, 0.33),
    (Color.GRAY, 0.37, 0.52),
    (Color.SILVER, 0.6, 0.84),
    (Color.WHITE, 0.9, 9.9),
)


def vehicle_color(image: NDArray[np.uint8], box: tuple[int, int, int, int]) -> Color:
    """The color of the paint around a plate in a BGR picture (height × width × 3); `box`: x, y, width, height in
    pixels.

    1. Unknown if the picture has no color or was taken at night, or if the plate is too small or too dark.
    2. The strip above the plate and the strips beside it are judged separately, where most of their cells agree.
    3. Color wins over gray: trim, glass and chrome are gray, but paint beside them need not be.
    4. Gray counts only where both strips give the same shade. Two colors, or two grays: unknown."""
    x, y, width, height = box
    plate = image[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
    if width < SMALLEST or not plate.size:
        return Color.UNKNOWN
    if _no_color_seen(
        _lab(np.asarray(cv2.resize(image, (160, 120), interpolation=cv2.INTER_AREA), np.uint8))
    ):
        return Color.UNKNOWN
    white = float(np.percentile(_lab(plate)[..., 0], 90))
    above = (x - width // 4, y - round(1.2 * height), x + width + width // 4, y - round(0.35 * height))
    left = (x - width, y, x - width // 5, y + height)
    right = (x + width + width // 5, y, x + 2 * width, y + height)
    votes = [_paint_color(image, [above], white), _paint_color(image, [left, right], white)]
    colored = {name for name in votes if name not in (None, *_SHADES)}
    colors = colored or set(votes)
    return (colors.pop() if len(colors) == 1 else None) or Color.UNKNOWN


_SHADES = [name for name, _, _ in GRAYS]


def _no_color_seen(lab: NDArray[np.float32]) -> bool:
    return float(np.median(lab[..., 0])) < NIGHT or float(lab[..., 1:].std(axis=(0, 1)).max()) < NO_COLOR


def _paint_color(
    image: NDArray[np.uint8], regions: list[tuple[int, int, int, int]], white: float
) -> Color | None:
    """The color of most cells of the regions (left, top, right, bottom); None if there is none or they disagree."""
    cells = [cell for region in regions for cell in _cells(image, region)]
    if not cells:
        return None
    bgr = np.concatenate(cells)
    blown = (bgr >= BLOWN).all(axis=1)
    if blown.mean() > GLARE:
        return None
    lab = _lab(bgr[~blown][None])[0]
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    colorful = chroma >= COLORFUL
    if colorful.mean() >= AGREED:
        lightness, a, b = np.median(lab[colorful], axis=0)
        hue = np.degrees(np.arctan2(b, a))
        apart = np.abs((np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) - hue + 180) % 360 - 180)
        agreed = (colorful & (apart <= HUES_APART)).mean() >= AGREED
        return _color_name(float(hue) % 360, float(lightness), float(np.hypot(a, b))) if agreed else None
    if colorful.mean() > 1 - AGREED:
        return None
    shares = lab[~colorful, 0] / max(white, 1.0)
    share = float(np.median(shares))
    if white < SHADED or np.sum(np.abs(shares - share) <= SHADES_APART * (share + 0.2)) < AGREED * len(lab):
        return None
    return next((name for name, low, high in GRAYS if low <= share < high), None)


def _cells(image: NDArray[np.uint8], region: tuple[int, int, int, int]) -> list[NDArray[np.uint8]]:
    """The region's part of the picture as cells × BGR; nothing if less than half of it lies in the picture."""
    left, top, right, bottom = region
    part = image[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    if 2 * part.shape[0] * part.shape[1] < (right - left) * (bottom - top) or not part.size:
        return []
    return [np.asarray(cv2.resize(part, CELLS, interpolation=cv2.INTER_AREA), np.uint8).reshape(-1, 3)]


def _lab(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """CIE Lab: lightness from 0 to 100, a and b about 0."""
    return np.asarray(cv2.cvtColor(bgr.astype(np.float32) / 255, cv2.COLOR_BGR2LAB), np.float32)


@dataclass(frozen=True)
class _Hues:
    """A color's hues in degrees of CIE Lab, from and to; its lightness; its least chroma."""

    name: Color
    hues: tuple[float, float]
    lightness: tuple[float, float] = (0, 101)
    chroma: float = 0


_WHEEL = (  # the first that fits; a color outside all of them has no name two people would agree on
    _Hues(Color.YELLOW, (78, 112), (60, 101), 34),
    _Hues(Color.ORANGE, (45, 78), (40, 101), 50),
    _Hues(Color.TAN, (50, 105), (56, 85)),
    _Hues(Color.BROWN, (40, 105), (0, 42)),
    _Hues(Color.RED, (0, 50), (0, 62)),
    _Hues(Color.RED, (345, 360), (0, 62)),
    _Hues(Color.GREEN, (112, 195)),
    _Hues(Color.BLUE, (222, 300)),
    _Hues(Color.PURPLE, (300, 345), (0, 70)),
)


def _color_name(hue: float, lightness: float, chroma: float) -> Color | None:
    for hues in _WHEEL:
        if (
            hues.hues[0] <= hue < hues.hues[1]
            and hues.lightness[0] <= lightness < hues.lightness[1]
            and chroma >= hues.chroma
        ):
            return hues.name
    return None
