"""The surroundings of a plate, drawn: ground, sky, walls, signs, writing and the rear of a vehicle.

All in gray, uint8, and in few strokes: at the finder's scale a car is some hundred pixels wide, and what counts is that
edges, letters and bright or dark rectangles appear wherever a real street has them."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[Any]  # uint8, height × width; OpenCV's stubs know no dtype
Points = list[tuple[float, float]]

FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)
SHIFT = 4  # bits of sub-pixel position in OpenCV's drawing


@dataclass(frozen=True)
class Board:
    """A surface to draw on: `scale` pixels per unit, the unit being a plate's height, `origin` in pixels."""

    image: Gray
    scale: float
    origin: tuple[float, float]

    def at(self, points: Points) -> NDArray[np.int32]:
        """The points, in units, as OpenCV needs them."""
        return np.round((np.array(points) * self.scale + self.origin) * (1 << SHIFT)).astype(np.int32)

    def fill(self, points: Points, value: float) -> None:
        """A filled polygon."""
        cv2.fillPoly(self.image, [self.at(points)], float(np.clip(value, 0, 255)), cv2.LINE_AA, SHIFT)

    def line(self, points: Points, value: float, width: float) -> None:
        """A line through the points, `width` units thick."""
        thick = max(1, round(width * self.scale))
        cv2.polylines(self.image, [self.at(points)], False, float(value), thick, cv2.LINE_AA, SHIFT)

    def oval(self, x: float, y: float, a: float, b: float, value: float) -> None:
        """A filled ellipse around x, y with half axes a, b."""
        self.fill([(x + a * c, y + b * s) for c, s in ROUND], value)

    def write(self, text: str, x: float, y: float, height: float, value: float, font: int) -> None:
        """Text whose capitals are `height` units tall, with its left end on the base line at x, y."""
        tall = height * self.scale
        if tall < 2:
            return
        ((left, base),) = self.at([(x, y)]) >> SHIFT
        thick = max(1, round(tall / 8))
        cv2.putText(
            self.image, text, (int(left), int(base)), font, tall / 22, float(value), thick, cv2.LINE_AA
        )


ROUND = [(float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 17)[:-1]]


def rectangle(x: float, y: float, width: float, height: float, cut: float = 0) -> Points:
    """Around the center x, y, with corners cut by `cut`."""
    w, h = width / 2, height / 2
    if not cut:
        return [(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)]
    c, d = cut, cut * 0.3
    corner = [(-w, -h + c), (-w + d, -h + d), (-w + c, -h)]
    right = [(-a, b) for a, b in reversed(corner)]
    upper = corner + right
    return [(x + a, y + b) for a, b in upper + [(-a, -b) for a, b in upper]]


def cloud(rng: np.random.Generator, shape: tuple[int, int], cells: int) -> NDArray[np.float32]:
    """Smooth noise of standard deviation about 1, with about `cells` bumps along a side."""
    coarse = rng.standard_normal((max(2, cells), max(2, cells)), dtype=np.float32)
    return cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32, copy=False)


def words(rng: np.random.Generator) -> str:
    """Letters, digits, or both, as on signs and stickers."""
    kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits, string.digits + " .:-")
    letters = list(kinds[rng.integers(len(kinds))])
    return "".join(rng.choice(letters, rng.integers(2, 11)))


def motto(rng: np.random.Generator) -> str:
    """A single line unlike a plate's: in small letters, or with more or fewer characters."""
    if rng.random() < 0.5:
        return "".join(rng.choice(list(string.ascii_lowercase), rng.integers(3, 12))).title()
    letters = list(string.ascii_uppercase + string.digits)
    return "".join(rng.choice(letters, int(rng.choice((1, 2, 3, 9, 10, 12)))))


def sign(rng: np.random.Generator, board: Board, x: float, y: float, width: float, height: float) -> None:
    """A board, sticker or badge that is no plate: a field with a border, lines of writing or a picture."""
    field = rng.uniform(0, 255)
    ink = field + rng.choice((-1, 1)) * rng.uniform(60, 200)
    board.fill(rectangle(x, y, width, height, rng.uniform(0, 0.15) * height * rng.integers(2)), field)
    if rng.random() < 0.4:
        board.fill(rectangle(x, y, width * 0.92, height * 0.86), ink)
        board.fill(rectangle(x, y, width * 0.86, height * 0.76), field)
    kind = rng.random()
    if kind < 0.12:
        return
    if kind < 0.3:
        board.oval(x, y, height * 0.3, height * 0.3, ink)
        board.fill([(x - width * 0.3, y + height * 0.3), (x, y - height * 0.4), (x, y + height * 0.2)], ink)
        return
    lines = int(rng.choice((1, 2, 3, 4), p=(0.3, 0.3, 0.2, 0.2)))
    tall = height * 0.62 / lines
    for index in range(lines):
        text = motto(rng) if lines == 1 else words(rng)
        fitting = min(tall, width * 0.9 / len(text) / 0.85)
        left = x - fitting * len(text) * 0.42
        base = y - height * 0.38 + (index + 0.85) * height * 0.76 / lines
        board.write(text, left, base, fitting, ink, FONTS[rng.integers(len(FONTS))])


def backdrop(rng: np.random.Generator, size: int) -> Gray:
    """A street without vehicles: sky, a wall or green, the ground, posts and bars, windows, markings, signs."""
    horizon = rng.uniform(-0.1, 0.7) * size
    rows = np.arange(size, dtype=np.float32)[:, None]
    upper, lower = rng.uniform(20, 250), rng.uniform(30, 200)
    ground = rows > horizon
    image = np.where(ground, lower, upper) + (rows - horizon) * rng.normal(0, 0.08)
    rough = cloud(rng, (size, size), int(2 ** rng.uniform(1, 3)))
    fine = cloud(rng, (size, size), int(size * rng.uniform(0.1, 1)))
    image = (
        image + rough * rng.uniform(0, 25) + fine * np.where(ground, rng.uniform(0, 14), rng.uniform(0, 30))
    )
    board = Board(np.clip(image, 0, 255).astype(np.uint8), size / 10, (0, 0))
    for _ in range(rng.integers(0, 7)):
        PARTS[rng.integers(len(PARTS))](rng, board)
    return board.image


def _block(rng: np.random.Generator, board: Board) -> None:
    board.fill(rectangle(*rng.uniform(0, 10, 2), *rng.uniform(0.5, 6, 2)), rng.uniform(0, 255))


def _shape(rng: np.random.Generator, board: Board) -> None:
    center = rng.uniform(0, 10, 2)
    board.fill([(x, y) for x, y in center + rng.normal(0, 2, (rng.integers(3, 6), 2))], rng.uniform(0, 255))


def _bars(rng: np.random.Generator, board: Board) -> None:
    """A fence, a grille, blinds or boards: lines side by side."""
    x, y = rng.uniform(-2, 8, 2)
    count, step, long = rng.integers(4, 20), rng.uniform(0.1, 0.6), rng.uniform(1, 6)
    width, value, lean = rng.uniform(0.02, 0.5) * step, rng.uniform(0, 255), rng.normal(0, 0.3)
    flat = rng.random() < 0.4
    for index in range(count):
        ends = [(x + index * step, y), (x + index * step + lean, y + long)]
        board.line([(b, a) for a, b in ends] if flat else ends, value, width)


def _windows(rng: np.random.Generator, board: Board) -> None:
    x, y = rng.uniform(-1, 7, 2)
    w, h = rng.uniform(0.3, 1.5, 2)
    value, frame = rng.uniform(0, 255, 2)
    for row in range(rng.integers(1, 4)):
        for column in range(rng.integers(1, 6)):
            place = (x + column * w * 1.5, y + row * h * 1.5)
            board.fill(rectangle(*place, w * 1.1, h * 1.1), frame)
            board.fill(rectangle(*place, w, h), value + rng.normal(0, 10))


def _marking(rng: np.random.Generator, board: Board) -> None:
    ends = rng.uniform(-1, 11, (2, 2))
    parts = rng.choice((1, 4, 9))
    cuts = np.linspace(0, 1, 2 * parts)
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        points = [ends[0] + (ends[1] - ends[0]) * cut for cut in (start, end)]
        board.line([(float(a), float(b)) for a, b in points], rng.uniform(120, 255), rng.uniform(0.03, 0.3))


def _signs(rng: np.random.Generator, board: Board) -> None:
    for _ in range(rng.integers(1, 4)):
        width = 10 ** rng.uniform(-0.4, 0.6)
        x, y = rng.uniform(0, 10, 2)
        sign(rng, board, x, y, width, width * rng.uniform(0.25, 1.2))


def _writing(rng: np.random.Generator, board: Board) -> None:
    """A line of text without a background, as on shop fronts and cars."""
    font = FONTS[rng.integers(len(FONTS))]
    x, y = rng.uniform(0, 9, 2)
    board.write(words(rng), x, y, 10 ** rng.uniform(-0.9, 0.1), rng.uniform(0, 255), font)


def _lamps(rng: np.random.Generator, board: Board) -> None:
    for _ in range(rng.integers(1, 7)):
        x, y = rng.uniform(0, 10, 2)
        radius = 10 ** rng.uniform(-1.3, -0.1)
        for grow, value in ((1.0, rng.uniform(100, 220)), (0.7, 255)):
            board.oval(x, y, radius * grow, radius * grow * rng.uniform(0.6, 1), value)


PARTS = (_block, _shape, _bars, _windows, _marking, _signs, _signs, _writing, _lamps)


def caption(rng: np.random.Generator, image: Gray) -> None:
    """Date, time or a camera's name, burned into the picture by the recorder, in coarse letters."""
    size = image.shape[0]
    tall = rng.uniform(0.012, 0.06) * size
    left, top = rng.uniform(0, 0.75) * size, rng.choice((rng.uniform(0, 0.1), rng.uniform(0.8, 0.97))) * size
    font, dark, broad = FONTS[rng.integers(2)], 0.0, 3
    if rng.random() < 0.3:
        dark, broad = 255.0, 1
    day = f"{rng.integers(2010, 2040)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}"
    hour = f"{rng.integers(24):02}:{rng.integers(60):02}:{rng.integers(60):02}"
    layouts = (
        [f"{day} {hour}"],
        [day, hour],
        [day.replace("-", "/"), hour],
        [words(rng)],
        [words(rng), words(rng)],
    )
    rows = layouts[rng.integers(len(layouts))]
    coarse = int(rng.choice((1, 2))) if tall > 10 else 1
    layer = np.zeros((2, size // coarse, size // coarse), np.uint8)
    for row, text in enumerate(rows):
        place = (int(left / coarse), int((top + tall * (0.9 + 1.4 * row)) / coarse))
        for surface, thick in zip(layer, (broad, 1), strict=True):
            cv2.putText(surface, text, place, font, tall / 22 / coarse, 255.0, thick)
    outline, ink = (cv2.resize(part, (size, size), interpolation=cv2.INTER_NEAREST) > 0 for part in layer)
    image[outline] = dark
    image[ink] = 255 - dark if broad > 1 else dark
