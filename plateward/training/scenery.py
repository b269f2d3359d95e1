"""What a camera sees around a plate, drawn: ground, sky, walls, signs, writing and the rear of a vehicle.

All of it in grey, uint8, and in few strokes: at the scale of the finder a car is some hundred pixels wide, and
what counts is that edges, letters and bright or dark rectangles turn up everywhere a real street has them."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[Any]  # uint8, height × width; OpenCV's stubs know no dtype
Points = list[tuple[float, float]]

FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)
SHIFT = 4  # bits of sub-pixel position that OpenCV's drawing takes


@dataclass(frozen=True)
class Board:
    """A surface to draw on: `scale` pixels a unit, the unit being a plate's height, `origin` in pixels."""

    image: Grey
    scale: float
    origin: tuple[float, float]

    def at(self, points: Points) -> NDArray[np.int32]:
        """The points, in units, as OpenCV wants them."""
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
    """Around the centre x, y, with corners cut by `cut`."""
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
    """Letters, figures, or both, as on signs and stickers."""
    kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits, string.digits + " .:-")
    letters = list(kinds[rng.integers(len(kinds))])
    return "".join(rng.choice(letters, rng.integers(2, 11)))


def motto(rng: np.random.Generator) -> str:
    """A single line that is no plate's: in small letters, or of more or fewer signs."""
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


def backdrop(rng: np.random.Generator, size: int) -> Grey:
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
    centre = rng.uniform(0, 10, 2)
    board.fill([(x, y) for x, y in centre + rng.normal(0, 2, (rng.integers(3, 6), 2))], rng.uniform(0, 255))


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
    """A line of text on nothing, as shop fronts and cars carry it."""
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


def caption(rng: np.random.Generator, image: Grey) -> None:
    """Date, time or a camera's name, burnt into the picture by the recorder."""
    size = image.shape[0]
    text = f"20{rng.integers(10, 40)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02} "
    text += f"{rng.integers(24):02}:{rng.integers(60):02}:{rng.integers(60):02}"
    text = words(rng) if rng.random() < 0.4 else text
    tall = rng.uniform(0.015, 0.05) * size
    place = (int(rng.uniform(0, 0.7) * size), int(rng.choice((tall * 1.4, size - tall * 0.5))))
    font = FONTS[rng.integers(2)]
    if rng.random() < 0.4:
        cv2.rectangle(image, (0, place[1] - int(tall * 1.4)), (size, place[1] + int(tall * 0.5)), 0.0, -1)
    for value, thick in ((0.0, 3), (255.0, 1)):
        cv2.putText(image, text, place, font, tall / 22, value, thick, cv2.LINE_AA)


def vehicle(rng: np.random.Generator, board: Board, mask: Board, aspect: float) -> None:
    """Rear or front of a vehicle around the origin, where its plate (aspect × 1) will hang.

    Drawn on `board`; what it covers is drawn white on `mask`."""
    paint = float(rng.choice((rng.uniform(8, 50), rng.uniform(60, 170), rng.uniform(180, 250))))
    half = rng.uniform(4.2, 7)  # a car is about six plates wide
    top, bottom = -rng.uniform(3, 8), rng.uniform(1, 5)
    waist = rng.uniform(0.3, 0.95) * top
    roof = half * rng.uniform(0.6, 1)
    hull = [(-half, waist), (-roof, top), (roof, top), (half, waist), (half, bottom), (-half, bottom)]
    mask.fill([(x * 1.02, y + 0.4) for x, y in hull[3:]] + [(half * 0.9, 0), (-half * 0.9, 0)], 255)
    mask.fill(hull, 255)
    board.image[:] = 15
    board.fill(hull, paint)
    shade = np.linspace(rng.uniform(0.7, 1.25), rng.uniform(0.5, 1.1), board.image.shape[0], dtype=np.float32)
    board.image[:] = np.clip(board.image * shade[:, None], 0, 255).astype(np.uint8)
    glass = rng.uniform(5, 120)
    pane = [
        (-half * 0.85, waist),
        (-roof * 0.85, top * 0.95),
        (roof * 0.85, top * 0.95),
        (half * 0.85, waist),
    ]
    if rng.random() < 0.75:
        board.fill(pane, glass)
        for _ in range(rng.integers(0, 4)):  # what the glass reflects or shows
            x = rng.uniform(-half, half) * 0.7
            board.fill(
                rectangle(x, (waist + top) / 2, rng.uniform(0.2, 2), rng.uniform(0.2, 2)),
                glass + rng.normal(0, 50),
            )
    bumper = rng.uniform(0.2, 1.0) * bottom * rng.choice((-0.5, 1))
    tone = rng.choice((paint, paint * 0.9, rng.uniform(20, 220)))
    board.fill([(-half, bumper), (half, bumper), (half, bottom), (-half, bottom)], float(tone))
    for _ in range(rng.integers(1, 6)):  # gaps, creases, chrome
        y = rng.uniform(waist, bottom)
        value = rng.choice((paint * 0.5, paint * 1.3, 230))
        board.line(
            [(-half * rng.uniform(0.4, 1), y), (half * rng.uniform(0.4, 1), y)],
            min(255, value),
            rng.uniform(0.02, 0.25),
        )
    if rng.random() < 0.25:
        for y in np.arange(rng.uniform(-2, -0.6), rng.uniform(0.5, 1.5), rng.uniform(0.12, 0.3)):
            board.line([(-half * 0.5, float(y)), (half * 0.5, float(y))], rng.uniform(0, 90), 0.07)
    _lights(rng, board, half, waist)
    for _ in range(rng.integers(0, 5)):
        place = (rng.uniform(-half, half) * 0.85, rng.uniform(waist, bottom))
        if abs(place[0]) < aspect * 0.8 and abs(place[1]) < 1:
            continue
        kind = rng.random()
        if kind < 0.45:
            width = rng.uniform(0.5, 2.2)
            sign(rng, board, *place, width, width * rng.uniform(0.25, 0.9))
        elif kind < 0.85:
            board.write(
                words(rng), *place, rng.uniform(0.15, 1), rng.uniform(0, 255), FONTS[rng.integers(len(FONTS))]
            )
        else:
            board.oval(*place, rng.uniform(0.1, 0.4), rng.uniform(0.1, 0.4), rng.uniform(150, 255))


def _lights(rng: np.random.Generator, board: Board, half: float, waist: float) -> None:
    y, tall, wide = rng.uniform(waist, 0.3), rng.uniform(0.4, 2.5), rng.uniform(0.5, 2.2)
    value = rng.uniform(40, 255)
    lean = rng.uniform(-0.4, 0.4)
    for side in (-1, 1):
        outer, inner = side * half * 0.97, side * (half * 0.97 - wide)
        board.fill(
            [
                (outer, y - tall / 2),
                (inner, y - tall / 2 + lean),
                (inner, y + tall / 2),
                (outer, y + tall / 2),
            ],
            value,
        )
        if rng.random() < 0.6:
            x = (outer + inner) / 2
            board.oval(x, y, wide * 0.3, tall * 0.25, min(255, value * rng.uniform(0.6, 2)))
