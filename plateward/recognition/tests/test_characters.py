"""The part of a plate that the recognizer sees, and how its output is spelled."""

import numpy as np
import pytest

from plateward.recognition.characters import BAND, HEIGHT, LEAST_CONTRAST, WIDTH, plate_face, raise_contrast

SQUARE = np.array([(0, 0), (200, 0), (200, 100), (0, 100)], np.float32)


def test_the_band_of_the_serial_is_shown_without_the_words_above_and_below() -> None:
    image = np.full((100, 200, 3), 120, np.uint8)
    image[:8], image[94:] = 0, 255
    face = plate_face(image, SQUARE)
    assert face.shape == (HEIGHT, WIDTH, 3)
    assert np.ptp(face) <= 2
    assert BAND[0] > 0.08
    assert BAND[1] < 0.94


@pytest.mark.parametrize("dark", [10, 120, 230])
def test_ink_and_paper_a_few_gray_levels_apart_are_told_apart(dark: int) -> None:
    dim = np.full((HEIGHT, WIDTH, 3), dark, np.uint8)
    dim[10:38, 20:170:8] += 14
    low, high = np.percentile(raise_contrast(dim)[12:36, 20:170], (5, 95))
    assert high - low >= 0.9 * LEAST_CONTRAST


def test_a_face_with_contrast_is_unchanged_and_a_blank_one_gets_no_noise() -> None:
    rng = np.random.default_rng(1)
    rich = rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    assert raise_contrast(rich) is rich
    blank = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    assert np.ptp(raise_contrast(blank)) == 0
