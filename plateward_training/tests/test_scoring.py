"""Figures of the detector: what counts as located and as false."""

from __future__ import annotations

import numpy as np

from plateward.recognition.corners import Quad
from plateward_training.scoring import DetectionFigures, PictureResult, figures_at, judge, lowest_threshold

PLATE = np.array([[10, 10, 40, 20]], np.float32)


def _quad(x: float, y: float, w: float, h: float, score: float) -> Quad:
    return Quad(np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], np.float32), score)


def test_a_quad_on_the_plate_locates_it_beside_it_is_false_and_askew_is_neither() -> None:
    quads = [_quad(11, 10, 40, 20, 0.8), _quad(30, 10, 40, 20, 0.7), _quad(90, 10, 40, 20, 0.6)]
    assert judge(quads, PLATE, np.zeros((0, 4))) == PictureResult((0.8,), (0.6,))
    assert judge(quads[1:2], PLATE, np.zeros((0, 4))) == PictureResult((0.0,), ())


def test_quads_on_ignored_boxes_count_neither_way() -> None:
    assert judge([_quad(10, 10, 40, 20, 0.8)], np.zeros((0, 4)), PLATE) == PictureResult((), ())


def test_the_threshold_lets_through_no_more_than_the_accepted_false_quads() -> None:
    results = [
        PictureResult((0.9, 0.5), (0.3, 0.6)),
        PictureResult((0.6, 0.0), (0.4, 0.2)),
        PictureResult((), ()),
    ]
    threshold = lowest_threshold(results)
    assert threshold == 0.41
    assert figures_at(threshold, results) == DetectionFigures(
        plates=4, located=3, pictures=3, false=1, milliseconds=0.0
    )
    assert figures_at(0.39, results).false == 2
