"""From the four corners of a plate to its face, upright and of a fixed size."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

FINEST = 4  # times finer than needed, the most that pixels are averaged from


def plate_width(corners: NDArray[Any]) -> float:
    """How wide a plate is, in pixels: the mean of its upper and its lower edge. `corners`: 4 × 2."""
    return (math.dist(corners[0], corners[1]) + math.dist(corners[3], corners[2])) / 2


def enlarge_quad(quad: NDArray[np.float32], wider: float, taller: float) -> NDArray[np.float32]:
    """The corners moved outwards by shares of the plate's width and height, on each side."""
    right = (quad[1] - quad[0] + quad[2] - quad[3]) / 2 * wider
    down = (quad[3] - quad[0] + quad[2] - quad[1]) / 2 * taller
    moved = quad + np.stack([-right - down, right - down, right + down, down - right])
    return np.asarray(moved, np.float32)


def rectify_plate(image: NDArray[Any], corners: NDArray[Any], width: int, height: int) -> NDArray[np.uint8]:
    """The plate, height × width × 3. `corners`: 4 × 2 pixels of `image`, from the upper left clockwise.

    A plate larger than needed is cut out finer and averaged down, because a warp that skips pixels turns the thin
    strokes of a character into noise."""
    across = max(math.dist(corners[0], corners[1]), math.dist(corners[3], corners[2])) / width
    down = max(math.dist(corners[0], corners[3]), math.dist(corners[1], corners[2])) / height
    columns, rows = (min(FINEST, max(1, round(share))) for share in (across, down))
    size = (width * columns, height * rows)
    flat = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), flat)
    face = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if size != (width, height):
        face = cv2.resize(face, (width, height), interpolation=cv2.INTER_AREA)
    return face.astype(np.uint8, copy=False)
