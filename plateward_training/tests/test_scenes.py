"""Composed scenes: reproducible from their number, with corners where the plate is."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from plateward_training.scenes import MIN_VISIBLE, Composer, Photos, Sheets

SIDE = 256


@pytest.fixture
def sheets(tmp_path: Path) -> Sheets:
    """A plate face, white with a black bar on its left."""
    face = np.full((160, 320, 3), 255, np.uint8)
    face[20:140, 20:80] = 0
    cv2.imwrite(str(tmp_path / "face.png"), face)
    return Sheets(tmp_path)


def test_a_scene_follows_from_seed_and_number_alone(sheets: Sheets) -> None:
    first, other = Composer(sheets, None, SIDE, 7), Composer(sheets, None, SIDE, 7)
    for index in (3, 2, 9):
        other.scene(index)
    again = other.scene(3)
    assert (first.scene(3).image == again.image).all()
    assert (first.scene(3).plates == again.plates).all()
    assert not np.array_equal(Composer(sheets, None, SIDE, 8).scene(3).image, again.image)


def test_two_photographs_of_one_composition_differ_in_light_and_not_in_plates(sheets: Sheets) -> None:
    composer = Composer(sheets, None, SIDE, 1)
    first, second = composer.scene(10), composer.scene(11)
    assert (first.plates == second.plates).all()
    assert not np.array_equal(first.image, second.image)


def test_the_first_corner_is_where_the_plate_begins_to_read(sheets: Sheets) -> None:
    composer, shares = Composer(sheets, None, SIDE, 5), []
    for index in range(0, 80, 2):
        scene = composer.scene(index)
        for corners in scene.plates:
            if np.linalg.norm(corners[1] - corners[0]) < 40:
                continue
            flat = np.array([(0, 0), (64, 0), (64, 32), (0, 32)], np.float32)
            face = cv2.warpPerspective(scene.image, cv2.getPerspectiveTransform(corners, flat), (64, 32))
            shares.append(face[8:24, 5:14].mean() < face[8:24, 24:60].mean())
    assert len(shares) > 15
    assert np.mean(shares) > 0.9  # a shadow or glare may invert one


def test_a_plate_that_is_cut_off_is_not_learned(sheets: Sheets) -> None:
    composer = Composer(sheets, None, SIDE, 2)
    scenes = [composer.scene(index) for index in range(0, 120, 2)]
    for scene in scenes:
        assert scene.image.shape == (SIDE, SIDE)
        for corners in scene.plates:
            low, high = corners.min(axis=0), corners.max(axis=0)
            visible = np.prod(np.minimum(high, SIDE) - np.maximum(low, 0)) / np.prod(high - low)
            assert visible > MIN_VISIBLE
    assert any(len(scene.doubtful) for scene in scenes)


def test_no_photograph_is_both_trained_on_and_held_out(tmp_path: Path) -> None:
    rows = "".join(f"{n}.jpg,1,2,30,10\n" for n in range(25))
    (tmp_path / "boxes.csv").write_text("file,x,y,w,h\n" + rows)
    train, held_out = Photos(tmp_path).files, Photos(tmp_path, held_out=True).files
    assert len(held_out) == 3
    assert len(train) == 22
    assert not set(train) & set(held_out)


def test_a_folder_without_sheets_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="No rendered plates"):
        Sheets(tmp_path)
