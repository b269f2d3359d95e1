"""Masks, and drawing ink through them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward_training import fonts

Image = NDArray[Any]  # uint8: a mask (height × width) or BGR (height × width × 3)
Color = NDArray[Any]  # BGR, 0 to 255


def bgr(color: str) -> Color:
    return np.array([int(color[i : i + 2], 16) for i in (4, 2, 0)], np.float32)


def polygon(layer: Image, points: list[tuple[float, float]]) -> None:
    height, width = layer.shape
    scaled = np.array([(x * width, y * height) for x, y in points])
    cv2.fillPoly(layer, [np.round(scaled * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)


def paint(image: Image, mask: Image, x: float, y: float, ink: Color) -> None:
    """Draw ink where the mask is, its upper left corner at (x, y), clipped to the picture."""
    print_(image, mask, x, y, np.broadcast_to(ink, (*mask.shape, 3)))


def print_(image: Image, mask: Image, x: float, y: float, picture: Image) -> None:
    """Draw a picture, height × width × 3 like its mask, where the mask is; clipped like `paint`."""
    left, top = round(x), round(y)
    height, width = image.shape[:2]
    start, first = max(0, left), max(0, top)
    end, last = min(width, left + mask.shape[1]), min(height, top + mask.shape[0])
    if start >= end or first >= last:
        return
    part = np.s_[first - top : last - top, start - left : end - left]
    share = mask[part][..., None].astype(np.float32) / 255
    under = image[first:last, start:end]
    under[:] = (under * (1 - share) + picture[part] * share + 0.5).astype(np.uint8)


def stamp(layer: Image, mask: Image, x: float, y: float) -> None:
    left, top = round(x), round(y)
    start, first = max(0, left), max(0, top)
    end, last = min(layer.shape[1], left + mask.shape[1]), min(layer.shape[0], top + mask.shape[0])
    if start < end and first < last:
        layer[first:last, start:end] = np.maximum(
            layer[first:last, start:end], mask[first - top : last - top, start - left : end - left]
        )


def center(piece: Image, mask: Image) -> None:
    y, x = (piece.shape[0] - mask.shape[0]) // 2, (piece.shape[1] - mask.shape[1]) // 2
    if y < 0 or x < 0:
        mask = mask[: piece.shape[0], : piece.shape[1]]
        y, x = max(0, y), max(0, x)
    piece[y : y + mask.shape[0], x : x + mask.shape[1]] = mask


def line(file: Path, text: str, height: int, widest: float) -> Image:
    mask = fonts.mask(file, text, max(4, height))
    if mask.shape[1] > widest:
        mask = cv2.resize(mask, (round(widest), mask.shape[0]), interpolation=cv2.INTER_AREA).astype(np.uint8)
    return mask
