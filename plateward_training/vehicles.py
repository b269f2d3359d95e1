"""The rear or front of a vehicle, drawn, and the parts of it mistaken for plates: badges, lamps, handles."""

from __future__ import annotations

import numpy as np

from plateward_training.scenery import FONTS, Board, Points, cloud, rectangle, sign, words


def vehicle(rng: np.random.Generator, board: Board, mask: Board, aspect: float) -> None:
    """Rear or front of a vehicle around the origin, where its plate (aspect × 1) will be mounted.

    Drawn on `board`; the area that it covers is drawn white on `mask`."""
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
    rows = board.image.shape[0]
    shade = np.linspace(rng.uniform(0.7, 1.25), rng.uniform(0.5, 1.1), rows, dtype=np.float32)[:, None]
    if rng.random() < 0.5:  # reflections in the paint
        shade = shade + cloud(rng, (rows, board.image.shape[1]), int(rng.integers(2, 6))) * rng.uniform(
            0, 0.15
        )
    board.image[:] = np.clip(board.image * shade, 0, 255).astype(np.uint8)
    if rng.random() < 0.75:
        _window(rng, board, [(-half, waist), (-roof, top), (roof, top), (half, waist)])
    bumper = rng.uniform(0.2, 1.0) * bottom * rng.choice((-0.5, 1))
    tone = float(rng.choice((paint, paint * 0.9, rng.uniform(20, 220))))
    board.fill([(-half, bumper), (half, bumper), (half, bottom), (-half, bottom)], tone)
    for _ in range(rng.integers(1, 6)):  # gaps, creases, chrome
        y = rng.uniform(waist, bottom)
        ends = [(-half * rng.uniform(0.4, 1), y), (half * rng.uniform(0.4, 1), y)]
        board.line(ends, min(255, rng.choice((paint * 0.5, paint * 1.3, 230))), rng.uniform(0.02, 0.25))
    if rng.random() < 0.25:
        for y in np.arange(rng.uniform(-2, -0.6), rng.uniform(0.5, 1.5), rng.uniform(0.12, 0.3)):
            board.line([(-half * 0.5, float(y)), (half * 0.5, float(y))], rng.uniform(0, 90), 0.07)
    tall, wide = rng.uniform(0.4, 2.5), rng.uniform(0.5, 2.2)
    y, again = rng.uniform(waist, 0.3), int(rng.integers(2**31))
    for side in (-1, 1):
        lamp(np.random.default_rng(again), board, side * (half * 0.97 - wide / 2), y, wide * side, tall)
    if rng.random() < 0.7:
        badge(
            rng,
            board,
            rng.normal(0, 0.1),
            -rng.uniform(0.9, 2.5),
            rng.uniform(0.5, 1.6),
            rng.uniform(0.3, 0.9),
        )
    for _ in range(rng.integers(0, 5)):
        x, y = rng.uniform(-half, half) * 0.85, rng.uniform(waist, bottom)
        if abs(x) > aspect * 0.8 or abs(y) > 1:
            _detail(rng, board, x, y)


def _window(rng: np.random.Generator, board: Board, frame: Points) -> None:
    glass = rng.uniform(5, 120)
    (_, waist), (_, top) = frame[:2]
    board.fill([(x * 0.85, y) for x, y in frame], glass)
    for _ in range(rng.integers(0, 4)):  # reflections in the glass, or what shows through it
        x = rng.uniform(frame[0][0], frame[3][0]) * 0.7
        spot = rectangle(x, (waist + top) / 2, rng.uniform(0.2, 2), rng.uniform(0.2, 2))
        board.fill(spot, glass + rng.normal(0, 50))


def _detail(rng: np.random.Generator, board: Board, x: float, y: float) -> None:
    kind = rng.random()
    width = rng.uniform(0.5, 2.2)
    if kind < 0.35:
        sign(rng, board, x, y, width, width * rng.uniform(0.25, 0.9))
    elif kind < 0.65:  # a name, or a firm's lettering in several lines
        tall, value = rng.uniform(0.12, 0.9), rng.uniform(0, 255)
        for row in range(int(rng.choice((1, 1, 2, 3)))):
            board.write(words(rng), x, y + row * tall * 1.5, tall, value, FONTS[rng.integers(len(FONTS))])
    elif kind < 0.85:
        badge(rng, board, x, y, width, width * rng.uniform(0.3, 0.8))
    else:
        handle(rng, board, x, y, width * 0.8, rng.uniform(0.2, 0.6))


def badge(rng: np.random.Generator, board: Board, x: float, y: float, width: float, height: float) -> None:
    """A maker's emblem: rings, a cross, a bow tie, wings or a name in an oval."""
    edge, inside = rng.uniform(60, 255), rng.uniform(0, 220)
    kind, a, b = rng.random(), width / 2, height / 2
    if kind < 0.8:
        board.oval(x, y, a, b, edge)
        board.oval(x, y, a * 0.82, b * 0.75, inside)
    if kind < 0.3:
        board.oval(x, y, a * 0.35, b * 0.7, edge)
        board.oval(x, y, a * 0.22, b * 0.55, inside)
        board.line([(x - a * 0.8, y), (x + a * 0.8, y)], edge, b * 0.3)
    elif kind < 0.6:
        board.write(words(rng)[:6], x - a * 0.7, y + b * 0.35, b * 0.7, edge, FONTS[rng.integers(len(FONTS))])
    else:
        for _ in range(rng.integers(1, 5)):
            points = rng.uniform(-0.8, 0.8, (int(rng.integers(3, 5)), 2)) * (a, b) + (x, y)
            board.fill([(float(p), float(q)) for p, q in points], rng.choice((edge, inside)))


def lamp(rng: np.random.Generator, board: Board, x: float, y: float, width: float, height: float) -> None:
    """A cluster of lamps behind glass, slanted or round, lit or not; a negative width mirrors it."""
    value, lean = rng.uniform(20, 220), rng.uniform(-0.5, 0.5, 4)
    w, h = width / 2, height / 2
    frame = [(x - w, y - h + lean[0] * h), (x + w, y - h + lean[1] * h)]
    frame += [(x + w, y + h + lean[2] * h), (x - w, y + h + lean[3] * h)]
    board.fill(frame, value)
    for _ in range(rng.integers(1, 6)):
        at_x, at_y = x + rng.uniform(-0.6, 0.6) * w, y + rng.uniform(-0.6, 0.6) * h
        share = rng.uniform(0.15, 0.7)
        tone = rng.choice((255, value * 0.5, value * 1.5))
        if rng.random() < 0.5:
            board.oval(at_x, at_y, abs(w) * share, h * share, tone)
        else:
            board.fill(rectangle(at_x, at_y, abs(w) * share * 2, h * share), tone)


def handle(rng: np.random.Generator, board: Board, x: float, y: float, width: float, height: float) -> None:
    """A door or lid handle, a mirror, a fog lamp: a rounded hollow with something in it."""
    outer, inner = rng.uniform(0, 255, 2)
    board.fill(rectangle(x, y, width, height, height * 0.4), outer)
    board.fill(
        rectangle(x, y + height * rng.uniform(-0.2, 0.2), width * 0.8, height * 0.5, height * 0.2), inner
    )
    if rng.random() < 0.4:
        board.oval(x, y, height * 0.2, height * 0.2, rng.uniform(0, 255))
