from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from plateward.demo.footage import Scene, frames, render
from plateward.demo.footage.bodies import PAINTS
from plateward.demo.footage.cast import CAST, LISTINGS, SCENES
from plateward.demo.footage.plates import DESIGNS
from plateward.demo.footage.view import HEIGHT, WIDTH
from plateward.hotlists.reasons import PRIORITIES, REASONS
from plateward.recognition import engines, images
from plateward.recognition.types import Engine

START = datetime(2026, 7, 14, 19, 42, 7, tzinfo=UTC)
SHORT = tuple(replace(scene, seconds=0.4) for scene in SCENES[:2])


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engines.load_engine()


def test_it_writes_a_video(tmp_path: Path) -> None:
    file = tmp_path / "footage" / "drawn.mp4"
    render(file, SHORT, start=START, fps=5)
    pictures = [picture for _, _, picture in images.frames(file)]
    assert [picture.shape for picture in pictures] == [(HEIGHT, WIDTH, 3)] * 4


def test_the_same_scenes_give_the_same_pictures() -> None:
    for first, second in zip(frames(SHORT, start=START), frames(SHORT, start=START), strict=True):
        assert np.array_equal(first, second)


def test_the_cast_has_every_part_of_the_story() -> None:
    assert len({scene.vehicle.plate for scene in SCENES}) == len(CAST) == 8
    for scene in SCENES:
        assert scene.vehicle.state == DESIGNS[scene.vehicle.design].state
        assert scene.vehicle.color in PAINTS
    for listing in LISTINGS:
        assert listing.reason in REASONS
        assert listing.priority in PRIORITIES


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.vehicle.plate)
def test_the_engine_reads_the_plate_and_not_the_time(engine: Engine, scene: Scene) -> None:
    (frame,) = islice(frames([scene], start=START), 24, 25)
    assert [plate.text for plate in engine.read(frame)] == [scene.vehicle.plate.replace(" ", "")]
