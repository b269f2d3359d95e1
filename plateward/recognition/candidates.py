"""From text boxes to crops: join the parts of a line, and cut each box out in several ways."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition.detector import TextBox


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
