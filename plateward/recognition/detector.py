"""Where text is: the PP-OCR detector (differentiable binarization) and its post-processing; the parts of a line joined,
and each box cut out in several ways."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition import models

# The network gives the shrunken core of each line of text; it is grown back by area × UNCLIP ÷ perimeter.
UNCLIP = 1.6
CORE_THRESHOLD = 0.25  # probability above which a pixel belongs to a core
BOX_THRESHOLD = 0.35  # mean probability below which a core is dropped
LONG_SIDE = (
    1440  # pixels that an image's longer side has in the network: finer costs time, coarser loses plates
)
LARGEST_SCALE = 2.0  # a small picture is enlarged no more than this
STRIDE = 32  # the network needs sides that are multiples of this


@dataclass(frozen=True)
class TextBox:
    """A rotated rectangle around a line of text, in pixels of the image."""

    x: float  # center
    y: float
    width: float  # along the line
    height: float
    angle: float  # of the line, degrees, -45 to 45, clockwise
    score: float  # 0 to 1


class Detector:
    """Finds lines of text in a BGR image."""

    def __init__(self, threads: int) -> None:
        self._session = models.open_session(models.DETECTOR, threads)
        self._input = self._session.get_inputs()[0].name

    def find(self, image: NDArray[np.uint8]) -> list[TextBox]:
        """Text boxes in the pixels of `image` (height × width × 3)."""
        height, width = image.shape[:2]
        scale = min(LARGEST_SCALE, LONG_SIDE / max(height, width))
        inner = [max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height)]
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        scaled = cv2.resize(image, inner, interpolation=method)
        blob = cv2.dnn.blobFromImage(scaled, 1 / 127.5, mean=(127.5, 127.5, 127.5))
        probability = self._session.run(None, {self._input: blob})[0][0, 0]
        return find_boxes(probability, width / inner[0], height / inner[1])


def find_boxes(probability: NDArray[np.float32], scale_x: float, scale_y: float) -> list[TextBox]:
    """Text boxes of a probability map; the scales convert its pixels to the image's."""
    mask = cv2.dilate((probability > CORE_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    text_boxes = []
    for contour in contours:
        (x, y), (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < 2:
            continue
        score = _mean_inside(probability, cv2.boxPoints(((x, y), (width, height), angle)))
        if score < BOX_THRESHOLD:
            continue
        grow = 2 * width * height * UNCLIP / (2 * (width + height))
        # The axis nearer to the horizontal is the reading direction.
        turns = round(angle / 90)
        angle -= 90 * turns
        if turns % 2:
            width, height = height, width
        text_boxes.append(
            TextBox(
                x * scale_x, y * scale_y, (width + grow) * scale_x, (height + grow) * scale_y, angle, score
            )
        )
    return text_boxes


def _mean_inside(probability: NDArray[np.float32], corners: NDArray[Any]) -> float:
    left, top = (max(0, math.floor(v)) for v in corners.min(axis=0))
    right, bottom = (math.ceil(v) + 1 for v in corners.max(axis=0))
    window = probability[top:bottom, left:right]
    mask = np.zeros(window.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(window, mask)[0])


def join_lines(boxes: list[TextBox]) -> list[TextBox]:
    """The boxes, plus each run of neighbors on the same line joined into a single box.

    The detector splits a plate at its emblem or at a wide gap, and it splits captions too. Only the text can tell
    which, so the parts stay candidates."""
    ordered = sorted(boxes, key=lambda box: box.x)
    partner: dict[int, int] = {}
    for left, first in enumerate(ordered):
        for right in range(left + 1, len(ordered)):
            if right not in partner.values() and _on_one_line(first, ordered[right]):
                partner[left] = right
                break
    runs = []
    for start in set(partner) - set(partner.values()):
        run = [start]
        while run[-1] in partner:
            run.append(partner[run[-1]])
        runs.append([ordered[index] for index in run])
    return [*boxes, *(_join(run) for run in runs)]


def _on_one_line(left: TextBox, right: TextBox) -> bool:
    height = max(left.height, right.height)
    if min(left.height, right.height) < 0.6 * height or abs(left.angle - right.angle) > 12:
        return False
    slope = math.radians((left.angle + right.angle) / 2)
    along = (right.x - left.x) * math.cos(slope) + (right.y - left.y) * math.sin(slope)
    across = abs((right.y - left.y) * math.cos(slope) - (right.x - left.x) * math.sin(slope))
    gap = along - (left.width + right.width) / 2
    return across < 0.35 * height and -0.5 * height < gap < 1.0 * height


def _join(run: list[TextBox]) -> TextBox:
    corners = np.concatenate([cv2.boxPoints(((b.x, b.y), (b.width, b.height), b.angle)) for b in run])
    (x, y), (width, height), angle = cv2.minAreaRect(corners)
    turns = round(angle / 90)
    if turns % 2:
        width, height = height, width
    return TextBox(x, y, width, height, angle - 90 * turns, min(box.score for box in run))


def crop_box(image: NDArray[np.uint8], box: TextBox, wider: float, taller: float) -> NDArray[np.uint8]:
    """The box upright, at its own scale, widened and heightened by shares of its height."""
    width = max(8, round(box.width + wider * box.height))
    height = max(8, round(box.height * (1 + taller)))
    angle = math.radians(box.angle)
    across = np.array([math.cos(angle), math.sin(angle)])
    down = np.array([-math.sin(angle), math.cos(angle)])
    origin = np.array([box.x, box.y]) - across * width / 2 - down * height / 2
    back = np.column_stack([across, down, origin])
    return cv2.warpAffine(
        image,
        back,
        (width, height),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.uint8, copy=False)


def box_bounds(box: TextBox, width: int, height: int) -> tuple[int, int, int, int]:
    """x, y, width, height of the upright rectangle around the box, within an image of that size."""
    corners = cv2.boxPoints(((box.x, box.y), (box.width, box.height), box.angle))
    left, top = (max(0, math.floor(value)) for value in corners.min(axis=0))
    right, bottom = corners.max(axis=0)
    return left, top, min(width, math.ceil(right)) - left, min(height, math.ceil(bottom)) - top
