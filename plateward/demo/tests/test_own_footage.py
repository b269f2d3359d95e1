"""A person's own photographs instead of drawn ones."""

from itertools import islice
from pathlib import Path

import cv2
import pytest

from plateward import clock
from plateward.demo import furnish
from plateward.demo.footage import frames
from plateward.demo.footage.cast import SCENES
from plateward.demo.processes import DemoError


def test_two_plates_of_a_person_s_own_photographs_are_listed(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"no photograph")
    for number, scene in enumerate(SCENES[:3], 2):
        (frame,) = islice(frames([scene], start=clock.now()), 24, 25)
        cv2.imwrite(str(tmp_path / f"{number}.bmp"), frame)
    source, listed = furnish.footage(tmp_path / "drawn.mp4", tmp_path, print)
    assert source == tmp_path
    assert [one.plate for one in listed] == [scene.vehicle.plate.replace(" ", "") for scene in SCENES[:2]]


def test_photographs_without_a_plate_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="No plate could be read"):
        furnish.footage(tmp_path / "drawn.mp4", tmp_path, print)
