"""The project's own engine: outlines, the choice among them, and whole pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from plateward.ground.errors import PlatewardError
from plateward.recognition import confidence, images
from plateward.recognition.plates import (
    PlateCandidate,
    PlateEngine,
    quad_bounds,
    whole_picture_quad,
    without_twins,
)
from plateward.recognition.rectify import enlarge_quad, rectify_plate
from plateward.recognition.serial import Serial
from plateward.testing import reference_path


def outline(x: float, y: float, width: float, height: float) -> np.ndarray:
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float32)


def candidate(text: str, sure: float, *box: float) -> PlateCandidate:
    looks = np.zeros((1, 24, 36), np.float32)
    return PlateCandidate(outline(*box), looks, None, Serial(text, 1.0, 0.1, ()), sure)


def texts(*candidates: PlateCandidate) -> list[str]:
    return [candidate.serial.text for candidate in without_twins(list(candidates))]


def test_a_tilted_plate_is_set_upright() -> None:
    flat = np.full((48, 160, 3), 255, np.uint8)
    flat[:, :80] = (0, 0, 255)
    corners = np.array([(40, 30), (190, 60), (180, 130), (30, 100)], np.float32)
    matrix = cv2.getPerspectiveTransform(outline(-0.5, -0.5, 160, 48), corners)
    picture = cv2.warpPerspective(flat, matrix, (240, 160)).astype(np.uint8)
    face = rectify_plate(picture, corners, 160, 48)
    assert np.abs(face[6:-6, 6:72].astype(int) - (0, 0, 255)).mean() < 8
    assert np.abs(face[6:-6, 88:-6].astype(int) - 255).mean() < 8


def test_of_two_outlines_of_one_plate_the_surer_stays() -> None:
    assert texts(candidate("ABC123", 0.9, 0, 0, 100, 50), candidate("A8C123", 0.6, 2, 2, 96, 47)) == [
        "ABC123"
    ]
    assert texts(candidate("A8C123", 0.6, 0, 0, 100, 50), candidate("ABC123", 0.9, 2, 2, 96, 47)) == [
        "ABC123"
    ]


def test_a_serial_whose_end_was_cut_off_does_not_win() -> None:
    whole, short = candidate("ABC123", 0.6, 0, 0, 100, 50), candidate("BC123", 0.97, 20, 0, 80, 50)
    assert texts(whole, short) == ["ABC123"]


def test_a_sticker_on_a_plate_is_no_plate() -> None:
    assert texts(candidate("ABC123", 0.6, 0, 0, 100, 50), candidate("MAY", 0.9, 80, 2, 15, 9)) == ["ABC123"]


def test_plates_side_by_side_are_both_read_surest_first() -> None:
    assert texts(candidate("ABC123", 0.6, 0, 0, 100, 50), candidate("XYZ789", 0.9, 120, 0, 100, 50)) == [
        "XYZ789",
        "ABC123",
    ]


def test_a_picture_of_a_plates_shape_may_be_one_plate() -> None:
    assert len(whole_picture_quad(np.zeros((160, 320, 3), np.uint8))) == 1
    assert not whole_picture_quad(np.zeros((320, 320, 3), np.uint8))
    assert not whole_picture_quad(np.zeros((720, 1280, 3), np.uint8))


def test_an_outline_grows_on_all_sides_and_its_box_stays_in_the_picture() -> None:
    assert np.allclose(enlarge_quad(outline(10, 10, 100, 50), 0.1, 0.2), outline(0, 0, 120, 70))
    assert quad_bounds(outline(-5, -5, 120, 80), 100, 60) == (0, 0, 100, 60)


def test_a_damaged_calibration_is_reported_in_a_sentence(tmp_path: Path) -> None:
    for content in (None, b"", b"{}", b'{"offset": "x"}'):
        file = tmp_path / "calibration.json"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(PlatewardError, match="calibration of the recognizer"):
            confidence.load_calibration(file)


def test_of_two_similar_reads_the_larger_plates_is_surer() -> None:
    serial = Serial("ABC123", 3.0, 0.1, ())
    assert confidence.load_calibration().confidence(serial, 200.0) > confidence.load_calibration().confidence(
        serial, 50.0
    )


@pytest.mark.clause("5.a/characters", "5.c/data")
def test_the_engine_reads_photographs() -> None:
    """Six photographs chosen by their place in the list, not by what is read in them."""
    import csv

    with reference_path("plates-us", "scenes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::19]
    engine = PlateEngine()
    right = 0
    for row in rows:
        plates = engine.read(images.load_image(reference_path("plates-us", "scenes", row["file"])))
        right += any(plate.text.replace("O", "0") == row["plate"] for plate in plates)
        assert all(0 <= plate.confidence <= 1 for plate in plates)
    assert right >= len(rows) - 2


def test_a_picture_without_a_plate_has_none() -> None:
    engine = PlateEngine()
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)
    for picture in (np.zeros((300, 400, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8), noise):
        assert engine.read(picture) == []
