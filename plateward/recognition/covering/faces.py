"""Where faces are: CenterFace, a small network that marks the middle of each face and its size."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition import models
from plateward.recognition.covering.types import Box, box_within

WEIGHTS = Path(__file__).parents[1] / "weights" / "faces.onnx"
STRIDE = 4  # pixels between the cells of the network's output
DEEPEST = 32  # the network wants sides that are multiples of this
AREA = 1280 * 720  # pixels that a picture has in the network at most: a face in a car is small
OVERLAP = 0.3  # as a share of both together, above which two boxes are one face
MOST = 200  # faces of a picture


class FaceFinder:
    """Finds faces in a BGR picture. One instance may be used by one thread at a time."""

    def __init__(self, threads: int, weights: Path = WEIGHTS) -> None:
        self._session = models.open_session(weights, threads)

    def find(self, image: NDArray[np.uint8], threshold: float) -> list[tuple[Box, float]]:
        """The faces in `image` (height × width × 3) with their scores, surest first, drawn tightly."""
        height, width = image.shape[:2]
        scale = min(1.0, math.sqrt(AREA / (height * width)))
        columns, rows = (
            max(DEEPEST, math.ceil(side * scale / DEEPEST) * DEEPEST) for side in (width, height)
        )
        blob = cv2.dnn.blobFromImage(image, size=(columns, rows), swapRB=True)
        scores, sizes, offsets, _ = self._session.run(None, {"input.1": blob})
        found_rows, found_columns = np.nonzero(scores[0, 0] >= threshold)
        best = np.argsort(-scores[0, 0][found_rows, found_columns], kind="stable")[: 5 * MOST]
        across, down = width / columns, height / rows
        boxes, sure = [], []
        for row, column in zip(found_rows[best], found_columns[best], strict=True):
            high, wide = (STRIDE * math.exp(min(float(side[row, column]), 6.0)) for side in sizes[0])
            y = (row + float(offsets[0, 0, row, column]) + 0.5) * STRIDE - high / 2
            x = (column + float(offsets[0, 1, row, column]) + 0.5) * STRIDE - wide / 2
            boxes.append((x * across, y * down, wide * across, high * down))
            sure.append(float(scores[0, 0, row, column]))
        kept = cv2.dnn.NMSBoxes(boxes, sure, threshold, OVERLAP)[:MOST] if boxes else ()
        return [
            (box, sure[index])
            for index in kept
            if (box := box_within(*_sides(boxes[index]), (width, height)))
        ]


def _sides(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x, y, wide, high = box
    return x, y, x + wide, y + high
