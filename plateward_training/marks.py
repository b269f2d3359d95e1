"""Marks beside and between the characters that are not part of the serial."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from plateward_training import dies, ink, paper, serials
from plateward_training.ink import Color, Image

STACKS = ("TRK", "TL", "HC", "BH", "RTR", "PF", "DV", "CE", "AP", "MC", "FF", "NG", "USA", "TX", "VET")
MARKS = (
    *(
        "none",
        "none",
        "none",
        "none",
        "dash",
        "dot",
        "star",
        "diamond",
        "state",
        "zia",
        "bars",
        "sticker",
        "seal",
    ),
    *("figure", "figure", "figure", "picture"),
)


@dataclass(frozen=True)
class SerialPiece:
    """Something in the row of the serial: a character, a mark, a gap."""

    mask: Image
    color: Color | Image | None = None  # None for the serial's ink; a picture has the mask's size
    reached_into: float = 0.0  # share of its width that its neighbors may cover

    @property
    def room(self) -> float:
        """The pixels that it takes in the row."""
        return float(self.mask.shape[1] * (1 - self.reached_into))


def gap(tall: int, wide: int) -> SerialPiece:
    """A gap between groups."""
    return SerialPiece(np.zeros((tall, max(1, wide)), np.uint8))


def mark(rng: np.random.Generator, kind: str, tall: int, wide: int) -> SerialPiece:
    """A mark between the groups of a serial `tall` pixels high, at least `wide` pixels wide."""
    mask, color = _mark(rng, kind, tall)
    piece = np.zeros((tall, max(mask.shape[1], wide)), np.uint8)
    ink.center(piece, mask)
    return SerialPiece(piece, color)


def large_picture(rng: np.random.Generator, tall: int, width: int, photograph: Image | None) -> SerialPiece:
    """An orange, a lighthouse, a firefighter's cross: as high as the serial or higher, overlapped by the characters."""
    high = round(tall * rng.uniform(0.8, 1.25))
    wide = round(width * rng.uniform(0.09, 0.2))
    return SerialPiece(*_picture_of(rng, high, wide, photograph), reached_into=float(rng.uniform(0.0, 0.6)))


def _picture_of(
    rng: np.random.Generator, high: int, wide: int, photograph: Image | None
) -> tuple[Image, Color | Image]:
    """A picture with many parts inside its outline: a piece of a photograph, or drawn."""
    outline = np.zeros((high, wide), np.uint8)
    chance = rng.random()
    if chance < 0.35:
        cv2.ellipse(outline, (wide // 2, high // 2), (wide // 2, high // 2), 0, 0, 360, 255, -1, cv2.LINE_AA)
    elif chance < 0.6:
        outline[:] = 255
    else:
        drawn = np.zeros((high, wide * 2), np.uint8)
        for _ in range(int(rng.integers(1, 5))):
            paper.blob(rng, drawn, 0.15, 0.5)
        outline = cv2.resize(drawn, (wide, high)).astype(np.uint8)
    if photograph is not None and rng.random() < 0.5:
        row = int(rng.integers(0, max(1, photograph.shape[0] - high)))
        column = int(rng.integers(0, max(1, photograph.shape[1] - wide)))
        part = photograph[row : row + high, column : column + wide]
        return outline, cv2.resize(part, (wide, high)).astype(np.float32)
    picture = np.full((high, wide, 3), rng.uniform(20, 255, 3), np.float32)
    for _ in range(int(rng.integers(1, 6))):  # rings, leaves, faces
        part = np.zeros((high, wide), np.uint8)
        kind, line = rng.random(), int(rng.choice((-1, max(1, wide // 14), max(2, wide // 8))))
        if kind < 0.4:
            center = (int(rng.integers(wide)), int(rng.integers(high)))
            cv2.circle(part, center, max(2, round(wide * rng.uniform(0.08, 0.45))), 255, line, cv2.LINE_AA)
        elif kind < 0.6:
            (a, b), (c, d) = rng.integers(0, wide, 2), rng.integers(0, high, 2)
            cv2.line(part, (int(a), int(c)), (int(b), int(d)), 255, max(1, abs(line)), cv2.LINE_AA)
        elif kind < 0.75:
            letter = dies.random_dies(rng).mask(
                serials.character(rng, "X"), max(8, round(high * rng.uniform(0.2, 0.6)))
            )
            ink.stamp(part, letter, rng.uniform(0, 0.7) * wide, rng.uniform(0, 0.7) * high)
        else:
            paper.blob(rng, part, 0.1, 0.4)
        ink.paint(picture_ := picture.astype(np.uint8), part, 0, 0, rng.uniform(0, 255, 3).astype(np.float32))
        picture = picture_.astype(np.float32)
    return outline, picture


def _mark(rng: np.random.Generator, kind: str, height: int) -> tuple[Image, Color | None]:
    """The mask, and its color or None for the serial's ink."""
    size = max(6, round(height * rng.uniform(0.22, 0.55)))
    mask = np.zeros((size, size), np.uint8)
    middle = (size // 2, size // 2)
    if kind == "dash":
        return np.full((max(2, round(height * rng.uniform(0.07, 0.13))), size), 255, np.uint8), None
    if kind == "dot":
        cv2.circle(mask, middle, max(2, round(height * rng.uniform(0.06, 0.1))), 255, -1, cv2.LINE_AA)
        return mask, None
    if kind == "star":
        _star(mask)
        return mask, None if rng.random() < 0.6 else rng.uniform(0, 200, 3).astype(np.float32)
    if kind == "zia":
        _zia(mask)
        return mask, np.array([30, 30, 190], np.float32)
    if kind == "bars":
        for top in (0.35, 0.65):
            mask[round(size * top) : round(size * (top + 0.16))] = 255
        return mask, np.array([40, 30, 190], np.float32)
    if kind == "sticker":
        mask = np.full((size, round(size * rng.uniform(0.6, 0.9))), 255, np.uint8)
        return mask, rng.uniform(30, 230, 3).astype(np.float32)
    if kind == "diamond":
        ink.polygon(mask, [(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)])
    elif kind == "seal":
        cv2.circle(mask, middle, size // 2 - 1, 255, max(1, size // 10), cv2.LINE_AA)
        cv2.circle(mask, middle, size // 4, 200, -1, cv2.LINE_AA)
    else:
        mask = _picture(rng, size)
    return mask, None if rng.random() < 0.35 else rng.uniform(20, 220, 3).astype(np.float32)


def _star(mask: Image) -> None:
    turn = np.arange(10) * np.pi / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2, 0.2, 0.5)
    points = zip(0.5 + radii * np.cos(turn), 0.5 + radii * np.sin(turn), strict=True)
    ink.polygon(mask, [(float(x), float(y)) for x, y in points])


def _zia(mask: Image) -> None:
    """New Mexico's sun: a circle and four rays of four lines, the inner two longer."""
    size = len(mask)
    cv2.circle(mask, (size // 2, size // 2), size // 5, 255, max(1, size // 14), cv2.LINE_AA)
    for turn in np.arange(4) * np.pi / 2:
        swing = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        for offset, reach in ((-0.09, 0.42), (-0.03, 0.5), (0.03, 0.5), (0.09, 0.42)):
            ray = np.array([(offset, 0.2), (offset, reach)]) * size @ swing.T + size / 2
            start, end = np.round(ray).astype(int).tolist()
            cv2.line(mask, start, end, 255, max(1, size // 24), cv2.LINE_AA)


def _picture(rng: np.random.Generator, size: int) -> Image:
    big = np.zeros((size, size * 2), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        paper.blob(rng, big, 0.2, 0.5)
    return cv2.resize(big, (size, round(size * rng.uniform(0.9, 1.6)))).astype(np.uint8)


def side_piece(rng: np.random.Generator, tall: int, width: int, photograph: Image | None) -> SerialPiece:
    """A piece beside the serial, not part of it: small letters stacked, or a single letter, or a picture."""
    if rng.random() < 0.35:
        return SerialPiece(*_picture_of(rng, tall, round(width * rng.uniform(0.1, 0.22)), photograph))
    word = (
        str(rng.choice(STACKS))
        if rng.random() < 0.5
        else "".join(serials.character(rng, "X") for _ in range(int(rng.integers(1, 4))))
    )
    share = rng.uniform(0.4, 0.66) if len(word) == 1 else rng.uniform(0.75, 0.98) / len(word)
    set_ = dies.random_dies(rng)
    masks = [set_.mask(char, max(5, round(tall * share))) for char in word]
    piece = np.zeros((tall, max(mask.shape[1] for mask in masks)), np.uint8)
    for index, mask in enumerate(masks):
        y = round(index * tall / len(word) + (tall / len(word) - mask.shape[0]) / 2)
        piece[y : y + mask.shape[0], : mask.shape[1]] = mask
    if len(word) == 1 and rng.random() < 0.4:  # a small letter stands on the line as often as in the middle
        piece = np.roll(piece, (tall - masks[0].shape[0]) // 2, axis=0)
    return SerialPiece(piece)
