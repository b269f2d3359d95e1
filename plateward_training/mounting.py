"""A plate mounted on a vehicle: recess, bolts, and as much of the body as needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plateward_training import scenery, vehicles
from plateward_training.scenery import Board, Gray, rectangle

Corners = NDArray[Any]  # 4 × 2, in pixels, from the top left clockwise as the plate reads

BARE, PANEL, VEHICLE = range(3)  # around a plate: its recess, a piece of body too, or a whole car


@dataclass(frozen=True)
class Patch:
    """A plate and its surroundings seen straight on, with the share by which it covers the background."""

    image: Gray
    cover: Gray
    corners: Corners  # of the plate, in the patch
    shine: Gray  # the plate's own sheet, which reflects light back


def mount_plate(rng: np.random.Generator, face: Gray, surroundings: int, side: int) -> Patch:
    """The face with its mounting, as far as a picture of `side` pixels can show it."""
    tall, wide = face.shape
    aspect = wide / tall
    reach = (0.35, rng.uniform(0.5, 2.5), 7)[surroundings]
    room = 1.6 * side / tall  # anything farther lies outside the picture
    across, above, below = (min(room, v) for v in (aspect / 2 + reach, 0.5 + reach * 1.1, 0.5 + reach * 0.7))
    size = (round((above + below) * tall), round(2 * across * tall))
    origin = (round(across * tall), round(above * tall))
    tone = rng.uniform(5, 250)
    board = Board(np.full(size, tone, np.uint8), tall, origin)
    cover = Board(np.zeros(size, np.uint8), tall, origin)
    if surroundings == VEHICLE:
        vehicles.vehicle(rng, board, cover, aspect)
    elif surroundings == PANEL:
        cover.fill(rectangle(0, (below - above) / 2, 2 * across - 0.2, above + below - 0.2, 0.3 * reach), 255)
        board.image[:] = np.clip(tone + scenery.cloud(rng, size, 3) * rng.uniform(0, 25), 0, 255).astype(
            np.uint8
        )
        for _ in range(rng.integers(0, 5)):
            y = rng.choice((-1, 1)) * rng.uniform(0.6, 2)
            board.line(
                [(-across, y), (across, y + rng.normal(0, 0.1))], rng.uniform(0, 255), rng.uniform(0.02, 0.5)
            )
    _recess(rng, board, cover, aspect)
    left, top = origin[0] - wide // 2, origin[1] - tall // 2
    shape = np.zeros((tall, wide), np.uint8)
    rounding = rng.uniform(0.03, 0.12)
    Board(shape, tall, (wide / 2, tall / 2)).fill(rectangle(0, 0, aspect, 1, rounding), 255)
    window = np.s_[top : top + tall, left : left + wide]
    share = shape.astype(np.float32) / 255
    board.image[window] = (board.image[window] * (1 - share) + face * share).astype(np.uint8)
    cover.image[window] = np.maximum(cover.image[window], shape)
    shine = np.zeros(size, np.uint8)
    shine[window] = shape
    plate = Board(board.image, tall, origin)
    _fittings(rng, plate, aspect)
    edges = [(left, top), (left + wide, top), (left + wide, top + tall), (left, top + tall)]
    return Patch(board.image, cover.image, np.array(edges, np.float32), shine)


def _recess(rng: np.random.Generator, board: Board, cover: Board, aspect: float) -> None:
    """Behind the plate: a niche or step lighter or darker than the body, ledges, the plate's shadow."""
    if rng.random() < 0.6:
        width, height = aspect + rng.uniform(0.05, 0.5) ** rng.choice((1, 2)) * 4, 1 + rng.uniform(0.02, 0.5)
        y, cut = rng.uniform(-0.15, 0.15), rng.uniform(0, 0.3)
        tone = rng.uniform(0, rng.choice((60, 255)))
        for part in (board, cover):
            part.fill(rectangle(0, y, width, height, cut), tone if part is board else 255)
        for side in (-1, 1):  # ledges and rubber pads at its ends
            if rng.random() < 0.3:
                x = side * (aspect / 2 + rng.uniform(0.05, 0.6))
                board.fill(
                    rectangle(x, y, rng.uniform(0.05, 0.5), height * rng.uniform(0.3, 1)), rng.uniform(0, 255)
                )
    if rng.random() < 0.4:
        x, y = rng.normal(0, 0.06, 2)
        board.fill(rectangle(x, y, aspect + 0.05, 1.05, 0.1), rng.uniform(0, 60))
        cover.fill(rectangle(x, y, aspect + 0.05, 1.05, 0.1), 255)


def _fittings(rng: np.random.Generator, board: Board, aspect: float) -> None:
    """In front of the plate: bolts, a tow hook. (Sheets include their dealer's frame.)"""
    if rng.random() < 0.5:
        value = rng.uniform(0, 255)
        for x in (-0.58, 0.58):
            for y in (-0.42, 0.42)[: rng.integers(1, 3)]:
                board.oval(x * aspect / 2, y, 0.04, 0.04, value)
    if rng.random() < 0.06:
        x, y = rng.uniform(-aspect / 2, aspect / 2), rng.uniform(0.1, 0.6)
        board.fill(rectangle(x, y, rng.uniform(0.1, 0.5), rng.uniform(0.2, 0.8), 0.1), rng.uniform(0, 255))
