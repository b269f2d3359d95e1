"""Plates, characters and photographs as training renders them."""

import cv2
import numpy as np
import pytest

from plateward.recognition import serial
from plateward_training import camera, dies, negatives, plates, recorder, serials

STATES = 51  # with the District of Columbia


@pytest.mark.usefixtures("lettering")
def test_the_same_seed_gives_the_same_plate_and_another_seed_another() -> None:
    first, again, other = (plates.render(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.text == again.text
    assert np.array_equal(first.image, again.image)
    assert first.image.shape != other.image.shape or not np.array_equal(first.image, other.image)


@pytest.mark.usefixtures("lettering")
def test_a_serial_can_be_seen_on_every_plate() -> None:
    for seed in range(12):
        sheet = plates.render(np.random.default_rng(seed))
        height, width = sheet.image.shape[:2]
        middle = cv2.cvtColor(sheet.image, cv2.COLOR_BGR2GRAY)[height // 3 : 2 * height // 3]
        assert 2 <= len(sheet.text) <= 9
        assert sheet.text.isalnum()
        assert width == 320
        assert np.ptp(np.percentile(middle, (3, 97))) > 25


def test_every_state_has_a_design_and_its_serials_are_issued_forms() -> None:
    rows = plates.designs()
    assert len({row.state for row in rows}) == STATES
    for row in rows:
        assert row.formats, row
        for form in row.formats.split():
            assert 4 <= len(form) <= serial.LONGEST
            assert set(form) <= {"L", "N"}
            text = serials.serial(np.random.default_rng(3), (form,))
            assert text.replace(" ", "").isalnum()


def test_each_form_of_each_character_is_drawn_within_its_mask_and_unlike_the_others() -> None:
    drawn = dies.random_dies(np.random.default_rng(0))
    for char, forms in dies.FORMS.items():
        for form in range(len(forms)):
            set_ = dies.Dies({char: form}, 0.5, 0.12, 0.3, 0.0, square=False)
            mask = set_.mask(char, 64)
            assert mask.shape[0] == 64
            assert 0.1 < (mask > 127).mean() < 0.75, (char, form)
    square = [cv2.resize(drawn.mask(char, 64), (32, 64)) > 127 for char in "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"]
    for index, mask in enumerate(square):
        assert all((mask != other).mean() > 0.02 for other in square[index + 1 :])


def test_a_cameras_own_processing_keeps_the_pictures_size_and_its_seed() -> None:
    sheet = np.full((40, 90, 3), 200, np.uint8)
    cv2.putText(sheet, "ABC", (8, 30), cv2.FONT_HERSHEY_SIMPLEX, 1, (30, 20, 20), 3)
    for seed in range(20):
        first, again = (recorder.process(np.random.default_rng(seed), sheet) for _ in range(2))
        assert first.shape == sheet.shape
        assert first.dtype == np.uint8
        assert np.array_equal(first, again)


@pytest.mark.usefixtures("lettering")
def test_a_photograph_holds_the_plate_at_its_corners() -> None:
    rng = np.random.default_rng(4)
    shot = camera.shoot(rng, np.full((160, 320, 3), 255, np.uint8), 120.0)
    height, width = shot.image.shape[:2]
    assert (shot.corners >= 0).all()
    assert (shot.corners < (width, height)).all()
    upper_left, upper_right, lower_right, lower_left = shot.corners
    assert upper_left[0] < upper_right[0]
    assert lower_left[0] < lower_right[0]
    assert upper_left[1] < lower_left[1]


@pytest.mark.usefixtures("lettering")
def test_a_panel_that_is_no_plate_carries_writing() -> None:
    panel = negatives.panel(np.random.default_rng(6))
    assert panel.shape == (160, 320, 3)
    assert panel.std() > 5
