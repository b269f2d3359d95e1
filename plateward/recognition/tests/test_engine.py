import subprocess
import sys

import cv2
import numpy as np
import pytest

from plateward.recognition.plates import PlateEngine
from plateward.recognition.tests.stand_ins import drawn_car
from plateward.recognition.types import Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return PlateEngine()


@pytest.mark.clause("5.a/characters")
def test_it_reads_a_drawn_plate_and_not_the_timestamp(engine: Engine) -> None:
    (plate,) = engine.read(drawn_car())
    assert plate.text == "HVT4821"
    assert plate.state is None
    assert 0.5 < plate.confidence <= 1
    x, y, width, height = plate.box
    assert 180 <= x < x + width <= 540
    assert 220 <= y < y + height <= 410
    assert [character.char for character in plate.characters] == list("HVT4821")
    assert all(0 < character.score <= 1 for character in plate.characters)


def test_it_reads_a_plate_that_hangs_askew(engine: Engine) -> None:
    turn = cv2.getRotationMatrix2D((360, 320), 8, 1)
    askew = cv2.warpAffine(drawn_car(), turn, (720, 480)).astype(np.uint8)
    assert "HVT4821" in [plate.text for plate in engine.read(askew)]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 4000, 3), (4000, 1, 3), (31, 33, 3), (480, 640, 3)])
def test_it_reads_nothing_in_an_empty_picture_of_any_shape(
    engine: Engine, shape: tuple[int, int, int]
) -> None:
    assert engine.read(np.full(shape, 127, np.uint8)) == []


def test_the_public_names_load_neither_model_nor_image_library() -> None:
    code = (
        "import sys, plateward.recognition, plateward.reader.recognize; "
        "print(sorted({'cv2', 'onnxruntime', 'numpy', 'PIL', 'django'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
