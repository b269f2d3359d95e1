"""What stands beside and between the characters and is no part of the serial."""

from __future__ import annotations

import cv2
import numpy as np

from plateward.training import dies, ink, paper, serials
from plateward.training.ink import Colour, Image

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


def mark(rng: np.random.Generator, kind: str, height: int) -> tuple[Image, Colour | None]:
    """What stands between the groups of a serial `height` pixels high: mask, and colour or None for the ink's."""
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


def aside(rng: np.random.Generator, tall: int, width: int) -> tuple[Image, Colour | None]:
    """Beside the serial, and no part of it: small letters one above the other, or one, or a picture."""
    if rng.random() < 0.65:
        word = (
            str(rng.choice(STACKS))
            if rng.random() < 0.5
            else "".join(serials.character(rng, "X") for _ in range(int(rng.integers(1, 4))))
        )
        small = round(tall / max(2, len(word)) * rng.uniform(0.75, 0.95))
        set_ = dies.cut(rng)
        masks = [set_.mask(char, max(5, small)) for char in word]
        piece = np.zeros((tall, max(mask.shape[1] for mask in masks)), np.uint8)
        for index, mask in enumerate(masks):
            y = round(index * tall / len(word) + (tall / len(word) - mask.shape[0]) / 2)
            piece[y : y + mask.shape[0], : mask.shape[1]] = mask
        return piece, None
    size = round(width * rng.uniform(0.1, 0.2))
    big = np.zeros((tall, size * 2), np.uint8)
    if rng.random() < 0.4:
        cv2.circle(big, (size, tall // 2), max(3, min(size, tall) // 2 - 1), 255, -1, cv2.LINE_AA)
        cv2.circle(big, (size, tall // 2), max(2, min(size, tall) // 3), 90, max(1, size // 12), cv2.LINE_AA)
    for _ in range(int(rng.integers(1, 5))):
        paper.blob(rng, big, 0.15, 0.5)
    return cv2.resize(big, (size, tall)).astype(np.uint8), rng.uniform(20, 220, 3).astype(np.float32)
