import cv2
import numpy as np

from plateward.recognition.detector import box_bounds, crop_box, find_boxes, join_lines
from plateward.recognition.tests.stand_ins import box


def test_parts_of_one_line_are_joined_beside_the_parts() -> None:
    parts = [box(100, 100, 60), box(170, 102, 60)]
    *kept, whole = join_lines(parts)
    assert kept == parts
    assert (round(whole.x), round(whole.width)) == (135, 131)


def test_lines_under_each_other_and_words_far_apart_are_not_joined() -> None:
    apart = [box(100, 100), box(100, 140), box(400, 100), box(160, 100, 60, 12)]
    assert join_lines(apart) == apart


def test_a_slanted_box_is_cut_out_upright() -> None:
    image = np.zeros((200, 300, 3), np.uint8)
    corners = cv2.boxPoints(((150, 100), (120, 30), 20)).astype(np.int32)
    cv2.fillPoly(image, [corners], (255, 255, 255))
    cut = crop_box(image, box(150, 100, 120, 30, 20), 0, 0)
    assert cut.shape == (30, 120, 3)
    assert cut.mean() > 235


def test_a_box_at_the_edge_is_cut_out_and_bounded() -> None:
    image = np.zeros((60, 60, 3), np.uint8)
    assert crop_box(image, box(55, 55), 0.5, 0.2).shape == (36, 115, 3)
    assert box_bounds(box(55, 55), 60, 60) == (5, 40, 55, 20)


def test_the_core_of_a_line_is_grown_back() -> None:
    probability = np.zeros((64, 128), np.float32)
    probability[28:36, 30:90] = 0.9
    (box,) = find_boxes(probability, 2.0, 2.0)
    assert abs(box.x - 119) < 3
    assert abs(box.y - 63) < 3
    assert box.width > 130
    assert box.height > 24
    assert abs(box.angle) < 1
