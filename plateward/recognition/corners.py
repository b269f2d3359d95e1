"""Where plates are: a small network that marks the middle of each plate and its four corners."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition import models

WEIGHTS = Path(__file__).with_name("weights") / "plate-corners.onnx"

AREA = 768 * 432  # pixels that a picture has in the network, whatever its shape: finer costs time
STRIDE = 8  # pixels between the cells of the network's output
DEEPEST = 32  # the network wants sides that are multiples of this
MEAN, SPREAD = 127.0, 64.0  # gray levels that the network was trained on
THRESHOLD = (
    0.38  # of the score: composed scenes give 0.4 false quads a picture above it (plateward_training.scoring)
)
CLOSE = 128  # width in pixels that a plate has in the network at the closer look
MOST_CLOSE = 512  # pixels of the closer look's sides, whatever shape the quad has
AROUND = 0.5  # of its width, visible to the closer look on each side
SAME_PLATE = 0.3  # overlap, as a share of both together, above which two quads are the same plate
MOST_PLATES = 50  # plates looked at in one picture


@dataclass(frozen=True)
class Quad:
    """One plate: its outline in the picture."""

    corners: NDArray[
        np.float32
    ]  # 4 × 2, in pixels of the picture, from the top left clockwise as the plate reads
    score: float  # 0 to 1


class CornerDetector:
    """Finds plates in a BGR picture. One instance may be used by one thread at a time."""

    def __init__(self, threads: int, weights: Path = WEIGHTS) -> None:
        self._session = models.open_session(weights, threads)

    def find(self, image: NDArray[np.uint8], threshold: float = THRESHOLD) -> list[Quad]:
        """The plates in `image` (height × width × 3), most certain first, with a score of `threshold` or more."""
        gray: NDArray[np.uint8] = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
        height, width = gray.shape
        scale = math.sqrt(AREA / (height * width))
        quads = []
        # The second look, at half the size, catches plates that fill much of the picture: too large for the first.
        for look in (scale, scale / 2):
            size = (max(1, round(width * look)), max(1, round(height * look)))
            quads += self._find_in(gray, size, look, threshold)
        return without_overlaps([self._closer(gray, quad) for quad in without_overlaps(quads)])

    def _closer(self, gray: NDArray[np.uint8], quad: Quad) -> Quad:
        """The quad refined at a scale where its plate is CLOSE pixels wide: this places the corners of a plate that is
        small or large in the picture more exactly (of 114 US scenes, 105 instead of 96 with an overlap above 0.7)."""
        (left, top), (right, bottom) = quad.corners.min(axis=0), quad.corners.max(axis=0)
        around, scale = AROUND * (right - left), CLOSE / max(float(right - left), 1.0)
        x, y = max(0, math.floor(left - around)), max(0, math.floor(top - around))
        part = gray[y : max(y, math.ceil(bottom + around)), x : max(x, math.ceil(right + around))]
        if not part.size:
            return quad
        columns, rows = (min(MOST_CLOSE, max(1, round(side * scale))) for side in part.shape[::-1])
        shift = np.array((x, y), np.float32)
        seen = [
            (near.corners + shift, near.score)
            for near in self._find_in(part, (columns, rows), scale, THRESHOLD)
        ]
        matching = [near for near in seen if quad_overlap(near[0], quad.corners) > SAME_PLATE]
        return Quad(max(matching, key=itemgetter(1))[0], quad.score) if matching else quad

    def _find_in(
        self, gray: NDArray[np.uint8], size: tuple[int, int], scale: float, threshold: float
    ) -> list[Quad]:
        """The plates in a picture looked at in this size (columns, rows), in the picture's own pixels."""
        height, width = gray.shape
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        scaled = cv2.resize(gray, size, interpolation=method).astype(np.uint8, copy=False)
        answer = self._session.run(None, {"image": _padded(scaled)})[0][0]
        return decode(answer, threshold, (width / size[0], height / size[1]))


def _padded(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width = (math.ceil(side / DEEPEST) * DEEPEST for side in gray.shape)
    blob = np.zeros((1, 1, height, width), np.float32)
    blob[0, 0, : gray.shape[0], : gray.shape[1]] = (gray - np.float32(MEAN)) / np.float32(SPREAD)
    return blob


def decode(answer: NDArray[np.float32], threshold: float, scale: tuple[float, float]) -> list[Quad]:
    """The plates in the network's output, 10 × rows × columns, best first; `scale` converts to the picture's pixels.

    Channel 0 is the score that the cell is a plate's middle, 1 the logarithm of the plate's width in pixels, 2 to 9 the
    corners, x and y in turn, relative to the cell's middle in plate widths."""
    scores = answer[0]
    peaks = (scores >= threshold) & (scores >= cv2.dilate(scores, np.ones((3, 3), np.uint8)))
    rows, columns = np.nonzero(peaks)
    best = np.argsort(-scores[rows, columns], kind="stable")[:MOST_PLATES]
    quads = []
    for row, column in zip(rows[best], columns[best], strict=True):
        width = math.exp(min(float(answer[1, row, column]), 8.0))
        middle = (np.array((column, row), np.float32) + 0.5) * STRIDE
        corners = middle + answer[2:, row, column].reshape(4, 2) * width
        quads.append(Quad((corners * scale).astype(np.float32), float(scores[row, column])))
    return quads


def without_overlaps(quads: list[Quad]) -> list[Quad]:
    """The quads minus those that a better quad covers."""
    kept: list[Quad] = []
    for quad in sorted(quads, key=lambda candidate: -candidate.score):
        if all(quad_overlap(quad.corners, better.corners) < SAME_PLATE for better in kept):
            kept.append(quad)
    return kept


def quad_overlap(quad: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Intersection over union of two quads, through the hulls of their corners."""
    first, second = cv2.convexHull(quad), cv2.convexHull(other)
    common = float(cv2.intersectConvexConvex(first, second)[0])
    union = cv2.contourArea(first) + cv2.contourArea(second) - common
    return common / union if union > 0 else 0.0
