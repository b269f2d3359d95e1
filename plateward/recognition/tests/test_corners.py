"""From the network's answer to quads."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from plateward.recognition.corners import STRIDE, CornerDetector, Quad, decode, quad_overlap, without_overlaps

SQUARE = np.array([(0, 0), (20, 0), (20, 10), (0, 10)], np.float32)


def _moved(x: float, y: float = 0) -> NDArray[np.float32]:
    return np.add(SQUARE, (x, y), dtype=np.float32)


def _answer(*plates: tuple[int, int, float, float]) -> NDArray[np.float32]:
    answer = np.zeros((10, 12, 20), np.float32)
    for row, column, score, width in plates:
        answer[0, row, column] = score
        answer[1, row, column] = np.log(width)
        answer[2:, row, column] = (-0.5, -0.25, 0.5, -0.25, 0.5, 0.25, -0.5, 0.25)
    return answer


def test_corners_are_told_in_pixels_of_the_picture_best_first() -> None:
    quads = decode(_answer((3, 5, 0.6, 40), (9, 15, 0.9, 20)), 0.5, (2, 3))
    assert [round(quad.score, 3) for quad in quads] == [0.9, 0.6]
    x, y = 5.5 * STRIDE, 3.5 * STRIDE
    np.testing.assert_allclose(quads[1].corners[0], ((x - 20) * 2, (y - 10) * 3), atol=1e-3)
    np.testing.assert_allclose(quads[1].corners[2], ((x + 20) * 2, (y + 10) * 3), atol=1e-3)


def test_a_plate_is_reported_once_though_cells_beside_its_middle_are_warm() -> None:
    answer = _answer((3, 5, 0.9, 40))
    answer[0, 3, 6] = answer[0, 4, 5] = 0.7
    assert len(decode(answer, 0.5, (1, 1))) == 1


def test_what_stays_under_the_threshold_is_not_told() -> None:
    assert decode(_answer((3, 5, 0.4, 40)), 0.5, (1, 1)) == []


def test_of_two_quads_on_one_plate_the_better_stays() -> None:
    quads = [Quad(_moved(2, 1), 0.5), Quad(SQUARE, 0.8), Quad(_moved(40), 0.3)]
    assert [quad.score for quad in without_overlaps(quads)] == [0.8, 0.3]


def test_overlap_is_shared_area_over_both() -> None:
    assert abs(quad_overlap(SQUARE, _moved(10)) - 1 / 3) < 1e-4
    assert quad_overlap(SQUARE, _moved(30)) == 0
    assert quad_overlap(SQUARE * 0, SQUARE * 0) == 0


def test_the_packaged_weights_find_a_plate_and_its_corners() -> None:
    face = np.full((150, 300, 3), 235, np.uint8)
    cv2.putText(face, "ABX 4071", (18, 100), cv2.FONT_HERSHEY_DUPLEX, 1.9, (60, 20, 20), 5, cv2.LINE_AA)
    corners = np.array([(600, 400), (748, 412), (744, 488), (596, 474)], np.float32)
    flat = np.array([(0, 0), (300, 0), (300, 150), (0, 150)], np.float32)
    image = np.full((720, 1280, 3), 60, np.uint8)
    leads = cv2.getPerspectiveTransform(flat, corners)
    cv2.warpPerspective(face, leads, (1280, 720), image, borderMode=cv2.BORDER_TRANSPARENT)
    (quad,) = CornerDetector(1).find(image)
    assert quad_overlap(quad.corners, corners) > 0.8
